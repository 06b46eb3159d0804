"""The Slack app: listeners for what users do, and the activities that post and update messages.

May import `orchestration`; only `bot.__main__` may import `db`.
"""
