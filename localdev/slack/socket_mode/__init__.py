"""Socket Mode: the app's connections, their frames and acks.

May import `messages`, `faults` and `traffic_log`, and what those may import.
"""
