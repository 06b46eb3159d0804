"""A message in a card's thread."""

from bot.block_kit.text import MAX_SECTION, Message, escape, plain, section


def reply(text: str) -> Message:
    """Show plain words, of ours and of people outside."""
    return Message(text=escape(text, MAX_SECTION), blocks=[section(plain(text))])
