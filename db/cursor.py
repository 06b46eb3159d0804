"""Where a page ended, as an opaque word."""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the list of orders: right after this order."""

    created_at: datetime
    order_id: str

    def to_cursor(self) -> str:
        """Write the place so that `from_cursor` can read it."""
        place = json.dumps([self.created_at.isoformat(), self.order_id])
        return base64.urlsafe_b64encode(place.encode()).decode()

    @classmethod
    def from_cursor(cls, cursor: str) -> "Place":
        """Read a cursor. Raises ValueError for one that is not ours."""
        try:
            created_at, order_id = json.loads(base64.b64decode(cursor, altchars=b"-_", validate=True))
            place = cls(datetime.fromisoformat(created_at), order_id)
        except (ValueError, TypeError, binascii.Error, RecursionError):
            raise ValueError("this is not a place in the list; start again from its first page") from None
        if place.created_at.tzinfo is None or not isinstance(order_id, str) or "\x00" in order_id:
            raise ValueError("this is not a place in the list; start again from its first page")
        return place
