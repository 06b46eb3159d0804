"""The cursor of a page of orders: where the page ended, as opaque text."""

import base64
import json
from dataclasses import dataclass
from datetime import UTC, datetime

from db.text import storable


@dataclass(frozen=True, slots=True)
class PagePosition:
    """A position in the list of orders: right after this order."""

    created_at: datetime
    order_id: str

    def to_cursor(self) -> str:
        """Encode the position so that `from_cursor` can read it."""
        place = json.dumps([self.created_at.isoformat(), self.order_id])
        return base64.urlsafe_b64encode(place.encode()).decode()

    @classmethod
    def from_cursor(cls, cursor: str) -> "PagePosition":
        """Read a cursor. Raises ValueError for text that `to_cursor` did not write."""
        try:
            created_at, order_id = json.loads(base64.b64decode(cursor, altchars=b"-_", validate=True))
            place = cls(datetime.fromisoformat(created_at), order_id)
            if place.created_at.tzinfo is None or storable(order_id) != order_id:
                raise ValueError(cursor)  # noqa: TRY301
            place.created_at.astimezone(UTC)
        except (ValueError, TypeError, OverflowError, RecursionError):
            raise ValueError("this is not a place in the list; start again from its first page") from None
        return place
