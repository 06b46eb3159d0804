"""What the parts of Countersign, and other programs, call each other by.

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
    """What a workflow has decided and no activity has stored yet. The next activity stores it with its own
    effect, in one transaction; storing it again changes nothing.
    """

    order_id: str
    changes: tuple[StatusChange, ...] = ()
    judged: tuple[JudgedDecision, ...] = ()
    notifications: tuple[Notification, ...] = ()
    judged_requests: tuple[JudgedRequest, ...] = ()
    refund_id: str | None = None
    """Set if all of this is about a refund of the order."""
    refund_steps: tuple[RefundStep, ...] = ()

    def with_change(self, to: OrderStatus, at: datetime, reason: str | None = None) -> "PendingWrites":
        """Return this journal with one more step."""
        change = StatusChange(to=to, at=at, reason=reason)
        return self.model_copy(update={"changes": (*self.changes, change)})


class ReceiveOrder(FrozenModel):
    """`order` is as it came from outside."""

    order_id: str
    order: object


class ResolvePolicy(FrozenModel):
    """`run_deadline` is when the workflow's own run timeout gets near; None if it has none."""

    order: Order
    pending_writes: PendingWrites
    run_deadline: datetime | None


class ResolvedPolicy(FrozenModel):
    """`tier` None: nobody has to be asked, the order is approved."""

    tier: Tier | None
    resolved_at: datetime
    deadline: datetime | None
    """None: it never expires."""
    barred: tuple[str, ...] = ()
    """People who approved the customer's previous order, where the tier bars them."""
    digest: str = ""
    """SHA-256 of the policy file that the order was validated under."""


class ValidateOrder(FrozenModel):
    """Input of `validate_order`."""

    order: Order
    pending_writes: PendingWrites


class CheckAmendment(FrozenModel):
    """Input of `check_amendment`: may the order become this? Nothing is stored."""

    order: Order
    run_deadline: datetime | None


class AmendOrder(FrozenModel):
    """Input of `amend_order`: store the new content of an order, under its new revision."""

    order: Order
    revision: int
    request: AmendRequest
    resolved: ResolvedPolicy
    voided: tuple[str, ...]
    """Whose approvals do not count any more."""
    pending_writes: PendingWrites


class ChargePayment(FrozenModel):
    """Input of `charge_payment`; amount in minor units."""

    payment_id: str
    amount: int
    currency: str
    payment_method: str
    pending_writes: PendingWrites


class RefundPayment(FrozenModel):
    """Input of `refund_payment`: give back whatever `payment_id` took, if it took anything."""

    payment_id: str
    pending_writes: PendingWrites


class OpenRefund(FrozenModel):
    """Input of `open_refund`; `request` is as it came from outside."""

    refund_id: str
    order_id: str
    request: object
    run_deadline: datetime | None


class OpenedRefund(FrozenModel):
    """What is to be given back, and who has to agree."""

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
    """What the order's workflow had not stored yet when it handed over."""


class Shipped(FrozenModel):
    """What the carrier answered."""

    tracking: str
