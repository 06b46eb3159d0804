"""Builds Block Kit objects: escaped text, blocks and modals, within Slack's limits.

May import `bot.ids` and the domain's `sanitize`.
"""
