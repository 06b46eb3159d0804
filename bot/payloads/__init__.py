"""Reads and validates what Slack sends: one module for each kind of payload.

May import `bot.web_api.identity`, `bot.ids` and the domain.
"""
