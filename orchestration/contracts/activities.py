"""Names, inputs and results of the activities on `order-tq` and `shipping-tq`.

A service in any language starts an order by starting workflow type ``OrderWorkflow`` with id
``order-<order_id>`` on task queue ``order-tq`` and the order as its one JSON argument.
"""

from datetime import datetime
from enum import StrEnum

from orchestration.domain.approval.notifications import Notification
from orchestration.domain.approval.questions import JudgedRequest
from orchestration.domain.approval.verdict import JudgedDecision
from orchestration.domain.model import FrozenModel
from orchestration.domain.order.amendment import AmendRequest
from orchestration.domain.order.order import Order
from orchestration.domain.order.state import StatusChange
from orchestration.domain.order.status import OrderStatus
from orchestration.domain.policy.tier import Tier
from orchestration.domain.refund.refund import RefundRequest, RefundStep


class OrderActivity(StrEnum):
    """Activities on `order-tq`."""

    RECEIVE = "receive_order"
    VALIDATE = "validate_order"
    RESOLVE_POLICY = "resolve_policy"
    CHARGE = "charge_payment"
    REFUND = "refund_payment"
    RECORD = "record_progress"
    CHECK_AMENDMENT = "check_amendment"
    AMEND = "amend_order"


class RefundActivity(StrEnum):
    """Activities of RefundWorkflow on `order-tq`, besides those of orders that it uses too."""

    OPEN = "open_refund"


class ShippingActivity(StrEnum):
    """Activities on `shipping-tq`."""

    PREPARE = "prepare_package"
    DISPATCH = "dispatch_carrier"


class PendingWrites(FrozenModel):
    """What a workflow has decided and no activity has stored in PostgreSQL yet.

    The next activity stores all of it in one transaction with its own effect. Storing it again changes
    nothing.
    """

    order_id: str
    changes: tuple[StatusChange, ...] = ()
    judged: tuple[JudgedDecision, ...] = ()
    notifications: tuple[Notification, ...] = ()
    judged_requests: tuple[JudgedRequest, ...] = ()
    refund_id: str | None = None
    """Set if the writes are about a refund of the order."""
    refund_steps: tuple[RefundStep, ...] = ()

    def with_change(self, to: OrderStatus, at: datetime, reason: str | None = None) -> "PendingWrites":
        """Return the pending writes with one more change of status."""
        change = StatusChange(to=to, at=at, reason=reason)
        return self.model_copy(update={"changes": (*self.changes, change)})


class ReceiveOrder(FrozenModel):
    """Input of `receive_order`; `order` comes from outside and is not validated yet."""

    order_id: str
    order: object


class ResolvePolicy(FrozenModel):
    """Input of `resolve_policy`; `run_deadline` is shortly before the workflow's run timeout, if any."""

    order: Order
    pending_writes: PendingWrites
    run_deadline: datetime | None


class ResolvedPolicy(FrozenModel):
    """Result of `resolve_policy`. `tier` None: the order needs no approval."""

    tier: Tier | None
    resolved_at: datetime
    deadline: datetime | None
    """When the gate expires; None: never."""
    barred: tuple[str, ...] = ()
    """Users who approved the customer's previous order, if the tier bars them."""
    digest: str = ""
    """SHA-256 of the policy file that the order was validated under."""


class ValidateOrder(FrozenModel):
    """Input of `validate_order`."""

    order: Order
    pending_writes: PendingWrites


class CheckAmendment(FrozenModel):
    """Input of `check_amendment`, which validates the new content and stores nothing."""

    order: Order
    run_deadline: datetime | None


class AmendOrder(FrozenModel):
    """Input of `amend_order`, which stores the new content of an order under its new revision."""

    order: Order
    revision: int
    request: AmendRequest
    resolved: ResolvedPolicy
    voided: tuple[str, ...]
    """Users whose approvals do not count any more."""
    pending_writes: PendingWrites


class ChargePayment(FrozenModel):
    """Input of `charge_payment`; amount in minor units."""

    payment_id: str
    amount: int
    currency: str
    payment_method: str
    pending_writes: PendingWrites


class RefundPayment(FrozenModel):
    """Input of `refund_payment`, which refunds what was charged under `payment_id`, if anything."""

    payment_id: str
    pending_writes: PendingWrites


class OpenRefund(FrozenModel):
    """Input of `open_refund`; `request` comes from outside and is not validated yet."""

    refund_id: str
    order_id: str
    request: object
    run_deadline: datetime | None


class OpenedRefund(FrozenModel):
    """Result of `open_refund`: the valid request, the order, and the tier for the refund."""

    request: RefundRequest
    order: Order
    resolved: ResolvedPolicy


class ShipOrder(FrozenModel):
    """Input of ShippingWorkflow and of its activities."""

    order_id: str
    customer: str
    ship_to: str
    lines: int
    pending_writes: PendingWrites
    """What the order's workflow has not stored yet."""


class Shipped(FrozenModel):
    """Result of `dispatch_carrier`: the carrier's tracking number."""

    tracking: str
