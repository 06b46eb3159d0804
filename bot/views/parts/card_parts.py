"""Texts about a card: its title, its progress, and its remarks from outside."""

from bot.block_kit.text import Json, escape, plain, section
from bot.views.parts.approval_parts import outcome
from bot.views.parts.order_parts import ICONS
from orchestration.domain.card import CardView


def title(view: CardView) -> str:
    """Return the icon, the name and the status. Not escaped."""
    return f"{ICONS[view.card_status]} {view.title}"


def progress(view: CardView) -> list[str]:
    """Return lines that say who decided, and then how far payment and shipping are. Escaped."""
    return [*map(outcome, view.outcomes), *(escape(each, 300) for each in view.progress)]


def remark_lines(view: CardView) -> list[str]:
    """Return notes, tracking numbers and reasons as lines. Escaped."""
    return [f"{each.label}: {escape(each.text, 600)}" for each in view.remarks]


def remark_blocks(view: CardView) -> list[Json]:
    """Return the same remarks as plain_text blocks, which need no escaping."""
    return [section(plain(f"{each.label}: {each.text}")) for each in view.remarks]
