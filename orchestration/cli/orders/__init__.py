"""Requests about orders that several commands share: fetch one, watch one, send and await a verdict.

May import the domain, the client, `connections` and `errors`; prints nothing.
"""
