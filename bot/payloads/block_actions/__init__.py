"""Reads `block_actions` payloads: clicks on buttons and choices from menus in messages.

May import the modules of `bot.payloads` and what they may import.
"""
