"""Interfaces that the activities, the command line and the bot need; `db/` and `simulated/` implement them.

May import the domain and the contracts.
"""
