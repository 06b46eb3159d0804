"""Keeps a Socket Mode connection to Slack open, and detects other programs that use the app's token.

May import `bot.web_api`, `bot.in_flight`, the ports, and `orchestration.process`.
"""
