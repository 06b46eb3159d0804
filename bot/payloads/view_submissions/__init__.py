"""Reads `view_submission` payloads, and defines the `private_metadata` of the modals they come from.

May import the modules of `bot.payloads` and what they may import.
"""
