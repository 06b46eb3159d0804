"""Orders, refunds and delegations for the tests of the commands."""

from datetime import UTC, datetime, timedelta
from typing import Any

from orchestration.domain.approval.delegations import DelegationGrant
from orchestration.domain.approval.gate import Gate
from orchestration.domain.errors import OrderNotFound
from orchestration.domain.order.order import Order, OrderLine
from orchestration.domain.order.state import StatusChange
from orchestration.domain.order.status import OrderStatus
from orchestration.domain.order.view import OrderView
from orchestration.domain.policy.tier import Requirement, Tier
from orchestration.domain.refund.refund import RefundRequest, RefundStatus, RefundView
from orchestration.ports.orders import OrderRow
from orchestration.ports.workflows import Execution

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
ORDER_OPTIONS = [
    *("--order-id", "ord-1", "--customer", "Blue Harbor Books", "--line", "CHAIR-9:Office chair:4:249.00"),
    *("--ship-to", "Quay 12", "--requester", "U1"),
]
"""The options of `start-workflow` for `order()`."""


def order(**changes: Any) -> Order:
    """A well-formed order of 996.00 EUR."""
    line = OrderLine(sku="CHAIR-9", description="Office chair", quantity=4, unit_price=24_900)
    fields: dict[str, Any] = {
        "order_id": "ord-1",
        "customer": "Blue Harbor Books",
        "currency": "EUR",
        "requester": "U1",
        "lines": (line,),
        "ship_to": "Quay 12",
    }
    return Order(**(fields | changes))


def view(status: OrderStatus = OrderStatus.PENDING_MANUAL_APPROVAL, **changes: Any) -> OrderView:
    """The order as its workflow shows it, waiting for one of U7."""
    tier = Tier(
        name="500 and more",
        requirements=(Requirement(group="approvers", members=("U7",)),),
        expires_after=timedelta(hours=72),
    )
    fields: dict[str, Any] = {
        "order_id": "ord-1",
        "version": 3,
        "status": status,
        "order": order(),
        "gate": Gate(requester="U1", tier=tier, opened_at=NOW, deadline=NOW + timedelta(hours=72)),
        "changes": (StatusChange(to=OrderStatus.VALIDATED, at=NOW), StatusChange(to=status, at=NOW)),
        "waiting_for": "one of the approvers",
        "updated_at": NOW,
    }
    return OrderView(**(fields | changes))


def row(order_: Order | None = None, status: OrderStatus = OrderStatus.SHIPPED, **changes: Any) -> OrderRow:
    """The order as PostgreSQL has it."""
    fields: dict[str, Any] = {
        "order": order_ or order(),
        "status": status,
        "revision": 1,
        "tier": "500 and more",
        "deadline": None,
        "reason": None,
        "created_at": NOW,
        "updated_at": NOW,
    }
    return OrderRow(**(fields | changes))


def execution(status: str = "RUNNING", **changes: Any) -> Execution:
    """What Temporal says of the order's workflow."""
    fields: dict[str, Any] = {
        "workflow_id": "order-ord-1",
        "run_id": "run-1",
        "status": status,
        "started_at": NOW,
        "closed_at": None,
        "failing_activities": (),
    }
    return Execution(**(fields | changes))


def gone() -> OrderNotFound:
    """Temporal knows no such workflow."""
    return OrderNotFound("there is no order ord-1")


def refund_view(status: RefundStatus, **fields: Any) -> RefundView:
    request = RefundRequest(order_id="ord-1", requester="U0BOB0001", reason="broken")
    base = {"refund_id": "ord-1.r1", "order_id": "ord-1", "version": 1, "status": status, "request": request}
    rest = {"order": order(), "gate": Gate(requester="U0BOB0001"), "updated_at": NOW}
    return RefundView.model_validate(base | rest | fields)


def granted(person: str = "U0ALICE01", delegate: str = "U7", **fields: Any) -> DelegationGrant:
    base = {"since": NOW, "until": NOW + timedelta(days=3), "created_by": "operator:ana"}
    new = {"delegation_id": "d-1", "person": person, "delegate": delegate}
    return DelegationGrant.model_validate(new | base | fields)
