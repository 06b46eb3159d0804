"""Sends decisions and requests to workflows, and turns the result into a sentence for the user.

May import `bot.users`, `bot.views`, `bot.payloads`, `bot.web_api` and the domain.
"""
