"""Sentences that users read in ephemeral messages: verdicts, errors, and why nothing happened.

May import `bot.views.parts`, `bot.block_kit`, the domain and `orchestration.wording`.
"""
