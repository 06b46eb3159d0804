"""Parses the text behind the slash command `/order`.

May import `bot.ids`.
"""
