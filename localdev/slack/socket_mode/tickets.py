"""The tickets that let an app open a Socket Mode connection."""

import uuid

TICKET_LIMIT = 1000


class Tickets:
    """Issues tickets that are good for one connection each. Only the newest `TICKET_LIMIT` are valid."""

    def __init__(self) -> None:
        self._issued: dict[str, None] = {}

    def issue(self) -> str:
        """Return a new ticket."""
        ticket = str(uuid.uuid4())
        self._issued[ticket] = None
        while len(self._issued) > TICKET_LIMIT:
            self._issued.pop(next(iter(self._issued)))
        return ticket

    def redeem(self, ticket: str) -> bool:
        """Use up a ticket; False if it is not valid (any more)."""
        if ticket not in self._issued:
            return False
        del self._issued[ticket]
        return True

    def clear(self) -> None:
        """Make every ticket invalid."""
        self._issued.clear()
