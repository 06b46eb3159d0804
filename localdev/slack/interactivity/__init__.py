"""Clicks, views and slash commands: what people do and the app must ack in three seconds.

May import `people`, `webapi` and `events`, and what those may import.
"""
