"""Texts that several views share: about an order, about an approval, about a card.

May import `bot.block_kit` and the domain.
"""
