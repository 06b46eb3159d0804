"""Answers `/order list`, one page at a time."""

from bot.block_kit.text import Message
from bot.database import DatabaseUnavailable, ask_database
from bot.dependencies import Dependencies
from bot.ids import ListWhich
from bot.views.order_list import PAGE_SIZE, order_list
from bot.views.sentences.decisions import ALTERED_BUTTON, DATABASE_AWAY
from orchestration.domain.order.status import OrderStatus

_STATUSES: dict[ListWhich, tuple[OrderStatus, ...] | None] = {
    ListWhich.PENDING: (OrderStatus.PENDING_MANUAL_APPROVAL,),
    ListWhich.ALL: None,
}


class OrderListListener:
    """Reads pages of orders from the database."""

    def __init__(self, deps: Dependencies) -> None:
        self._reader = deps.reader

    async def answer(self, which: ListWhich, cursor: str | None = None) -> Message:
        """Return the message that shows the page at the cursor; without one, the first page."""
        try:
            page = await ask_database(
                self._reader.page(_STATUSES[which], cursor=cursor, limit=PAGE_SIZE), ValueError
            )
        except ValueError:  # the cursor is malformed
            return Message(text=ALTERED_BUTTON)
        except DatabaseUnavailable:
            return Message(text=DATABASE_AWAY)
        return order_list(page, which)
