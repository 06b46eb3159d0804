"""TODO."""

from bot.block_kit.text import Json, escape, plain, section
from bot.views.parts.approval_parts import outcome
from bot.views.parts.order_parts import ICONS
from orchestration.domain.card import CardView


def title(view: CardView) -> str:
    """Name it and say where it stands. Not escaped."""
    return f"{ICONS[view.card_status]} {view.title}"


def progress(view: CardView) -> list[str]:
    """Who decided, then how far payment is. Escaped."""
    return [*map(outcome, view.outcomes), *(escape(each, 300) for each in view.progress)]


def remark_words(view: CardView) -> list[str]:
    """Write notes, tracking and reasons, which come from outside. Escaped."""
    return [f"{each.label}: {escape(each.words, 600)}" for each in view.remarks]


def remark_blocks(view: CardView) -> list[Json]:
    """Show the remarks where nothing in them can be taken for formatting."""
    return [section(plain(f"{each.label}: {each.words}")) for each in view.remarks]
