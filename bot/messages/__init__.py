"""The activities on `slack-tq`: post each message exactly once, update cards, notify people.

May import `bot.views`, `bot.web_api`, the contracts, the ports and the domain.
"""
