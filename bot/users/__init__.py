"""Looks up who a Slack user is: account, time zone, user groups and delegations.

May import `bot.web_api`, `bot.dependencies`, the ports and the domain.
"""
