"""The Temporal workers: what they register, their deployments and builds, and replay of histories.

May import everything in `orchestration` except `cli`, `codec_server` and `__main__`.
"""
