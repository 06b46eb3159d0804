"""The evidence that the checker judges: copies of tables, ledger, histories, messages and journal."""

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

Json = dict[str, Any]
"""A row, a payload or a line of the journal, as it is written there."""


class Promise(IntEnum):
    """The six promises."""

    NO_CLICK_LOST = 1
    NO_MONEY_TWICE = 2
    ONE_CARD = 3
    ENDS_OR_WAITS = 4
    AUDIT = 5
    NOBODY_WITHOUT_RIGHT = 6


@dataclass(frozen=True, slots=True)
class Violation:
    """A promise that was not kept, and where that shows. `subject` is an order, a key or a process."""

    promise: Promise
    subject: str
    what: str


@dataclass(frozen=True, slots=True)
class Workflow:
    """A workflow as Temporal has it: `status` in Temporal's words, `view` as its query `status` answers."""

    workflow_id: str
    run_id: str
    status: str
    signals: tuple[Json, ...] = ()
    """In order: `name`, `body` (its JSON) and `at` (seconds since the epoch)."""
    view: Json | None = None
    trouble: str = ""
    """Why there is no view."""

    @property
    def order_id(self) -> str:
        """Of the order that it is about."""
        return self.workflow_id.partition("-")[2]

    @property
    def is_refund(self) -> bool:
        """Whether it gives money back."""
        return self.workflow_id.startswith("refund-")

    @property
    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self.status == "RUNNING"


@dataclass(frozen=True, slots=True)
class Ledger:
    """The books of payment gateway and carrier, which they keep themselves."""

    charges: tuple[Json, ...] = ()
    parcels: tuple[Json, ...] = ()
    movements: tuple[Json, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that is known at the end of a run."""

    planned: tuple[Json, ...] = ()
    """The orders of the plan: `kind` and `order`."""
    journal: tuple[Json, ...] = ()
    ledger: Ledger = field(default_factory=Ledger)
    orders: tuple[Json, ...] = ()
    payments: tuple[Json, ...] = ()
    refunds: tuple[Json, ...] = ()
    decisions: tuple[Json, ...] = ()
    events: tuple[Json, ...] = ()
    workflows: tuple[Workflow, ...] = ()
    messages: tuple[Json, ...] = ()
    """Everything that the bot posted, in all channels, threads and direct messages."""

    def order(self, order_id: str) -> Json | None:
        """Its row."""
        return next((row for row in self.orders if row["order_id"] == order_id), None)

    def of(self, rows: tuple[Json, ...], order_id: str) -> list[Json]:
        """Those rows that are about this order."""
        return [row for row in rows if row["order_id"] == order_id]

    def noted(self, name: str) -> list[Json]:
        """The journal's lines of one event."""
        return [line for line in self.journal if line["event"] == name]
