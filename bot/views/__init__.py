"""Renders messages and modals. Pure functions: data in, Block Kit JSON out.

May import `bot.block_kit`, `bot.commands`, metadata of `bot.payloads`, `ModalFailure`, contracts and domain.
"""
