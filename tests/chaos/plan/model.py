"""The plan of a run: orders, steps of users, and faults. The same seed gives the same plan."""

import json
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

ALICE, BOB, CAROL = "U0ALICE01", "U0BOB0001", "U0CAROL01"
APPROVALS = "C0APPROVE"

POLICY = """
[groups]
approvers = ["U0ALICE01", "S0FINANCE"]

[[tiers]]
name = "small"
currencies = ["EUR"]
below = 500
automatic = true

[[tiers]]
name = "medium"
currencies = ["EUR"]
from = 500
below = 5_000
needs = { approvers = 1 }
reminders = { after = "10s", growing = 2.0, times = 2 }
expires-after = "72h"

[[tiers]]
name = "large"
currencies = ["EUR"]
from = 5_000
needs = { approvers = 2 }
expires-after = "72h"

[[tiers]]
name = "brief"
currencies = ["USD"]
needs = { approvers = 1 }
expires-after = "30s"

[[refund-tiers]]
name = "refund"
currencies = ["*"]
needs = { approvers = 1 }
expires-after = "72h"
"""
"""The approval policy of every run. The checker has its own reading of it, in `checker/policy.py`."""


class Do(StrEnum):
    """What somebody does to one order."""

    APPROVE = "approve"
    CANCEL = "cancel"
    FORGE = "forge"
    """Click a button that is not there (any more), with the value that it had."""
    NOTE = "note"
    """Approve with a note, in a form."""
    STATUS = "status"
    OPERATOR_APPROVE = "operator-approve"
    """Decide as an operator, through the gateway that the command line uses."""
    OPERATOR_CANCEL = "operator-cancel"
    CLI_APPROVE = "cli-approve"
    """With the command line itself."""
    AMEND = "amend"
    WAIT_END = "wait-end"
    """Go on when the card has no buttons any more."""
    REFUND = "refund"
    APPROVE_REFUND = "approve-refund"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that `by` does, `after` so many seconds since the step before it."""

    do: Do
    by: str = ALICE
    after: float = 0.0
    copies: int = 1
    """In how many envelopes the click is delivered."""


@dataclass(frozen=True, slots=True)
class PlannedOrder:
    """An order, when it is started (seconds since the beginning), and what people do to it."""

    kind: str
    start_at: float
    order: dict[str, Any]
    steps: tuple[Step, ...] = ()

    @property
    def order_id(self) -> str:
        """Its id."""
        return str(self.order["order_id"])


@dataclass(frozen=True, slots=True)
class PlannedFault:
    """What goes wrong, when, and for how long. `rule` is for a fault inside the simulator."""

    kind: str
    at: float
    target: str = ""
    seconds: float = 0.0
    rule: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that is going to happen within `seconds`."""

    seed: int
    seconds: float
    orders: tuple[PlannedOrder, ...]
    faults: tuple[PlannedFault, ...]

    def save(self, path: Path) -> None:
        """Write it down as JSON."""
        path.write_text(json.dumps(asdict(self), indent=1, ensure_ascii=False))
