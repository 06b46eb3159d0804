"""Calls Slack's Web API: clients, errors, rate limits, ephemeral messages, modals, startup checks.

May import `bot.block_kit`, the ports and `orchestration.settings`.
"""
