"""What the parts of Countersign, and other programs, call each other by.

A service in any language starts an order by starting workflow type ``OrderWorkflow`` with id
``order-<order_id>`` on task queue ``order-tq`` and the order as its one JSON argument.
"""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from orchestration.domain.amendment import AmendRequest
from orchestration.domain.case import StatusChange
from orchestration.domain.decision import JudgedDecision
from orchestration.domain.information import Talk
from orchestration.domain.notice import Notice
from orchestration.domain.order import Order, OrderStatus
from orchestration.domain.tier import Tier
from orchestration.domain.view import MessageRef, OrderView

ORDER_TASK_QUEUE = "order-tq"
SHIPPING_TASK_QUEUE = "shipping-tq"
SLACK_TASK_QUEUE = "slack-tq"

ORDER_WORKFLOW = "OrderWorkflow"
SHIPPING_WORKFLOW = "ShippingWorkflow"

APPROVE_SIGNAL = "approve_order"
CANCEL_SIGNAL = "cancel_order"
AMEND_SIGNAL = "amend_order"
REQUEST_INFORMATION_SIGNAL = "request_information"
GIVE_INFORMATION_SIGNAL = "give_information"
STATUS_QUERY = "status"
VERDICT_QUERY = "verdict"

STATUS_SEARCH_ATTRIBUTE = "OrderStatus"

ORDER_REFUSED = "OrderRefused"
"""Type of the ApplicationError that says an order is malformed; its one detail is a list of FieldProblem."""


def order_workflow_id(order_id: str) -> str:
    """Id of the order's workflow."""
    return f"order-{order_id}"


def shipping_workflow_id(order_id: str) -> str:
    """Id of the child workflow that ships the order."""
    return f"shipping-{order_id}"


def payment_id(order_id: str) -> str:
    """Key of the one payment of an order: primary key of `payments` and idempotency key at the gateway."""
    return f"pay-{order_id}"


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


class ShippingActivity(StrEnum):
    """Activities on `shipping-tq`."""

    PREPARE = "prepare_package"
    DISPATCH = "dispatch_carrier"


class SlackActivity(StrEnum):
    """Activities on `slack-tq`."""

    POST_CARD = "post_card"
    UPDATE_CARD = "update_card"
    POST_REPLY = "post_reply"
    NOTIFY = "notify_people"


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True)


class Journal(_Model):
    """What a workflow has decided and no activity has stored yet. The next activity stores it with its own
    effect, in one transaction; storing it again changes nothing.
    """

    order_id: str
    changes: tuple[StatusChange, ...] = ()
    judged: tuple[JudgedDecision, ...] = ()
    notices: tuple[Notice, ...] = ()
    talks: tuple[Talk, ...] = ()

    def then(self, to: OrderStatus, at: datetime, reason: str | None = None) -> "Journal":
        """Return this journal with one more step."""
        change = StatusChange(to=to, at=at, reason=reason)
        return self.model_copy(update={"changes": (*self.changes, change)})


class ReceiveOrder(_Model):
    """`order` is as it came from outside."""

    order_id: str
    order: object


class ResolvePolicy(_Model):
    """`closes_before` is when the workflow's own run timeout gets near; None if it has none."""

    order: Order
    journal: Journal
    closes_before: datetime | None


class ResolvedPolicy(_Model):
    """`tier` None: nobody has to be asked, the order is approved."""

    tier: Tier | None
    resolved_at: datetime
    deadline: datetime | None
    """None: it never expires."""
    barred: tuple[str, ...] = ()
    """People who approved the customer's previous order, where the tier bars them."""
    digest: str = ""
    """SHA-256 of the policy file that the order was validated under."""


class ValidateOrder(_Model):
    """Input of `validate_order`."""

    order: Order
    journal: Journal


class CheckAmendment(_Model):
    """Input of `check_amendment`: may the order become this? Nothing is stored."""

    order: Order
    closes_before: datetime | None


class AmendOrder(_Model):
    """Input of `amend_order`: store the new content of an order, under its new revision."""

    order: Order
    revision: int
    request: AmendRequest
    resolved: ResolvedPolicy
    voided: tuple[str, ...]
    """Whose approvals do not count any more."""
    journal: Journal


class ChargePayment(_Model):
    """Input of `charge_payment`; amount in minor units."""

    payment_id: str
    amount: int
    currency: str
    payment_method: str
    journal: Journal


class RefundPayment(_Model):
    """Input of `refund_payment`: give back whatever `payment_id` took, if it took anything."""

    payment_id: str
    journal: Journal


class ShipOrder(_Model):
    """Input of ShippingWorkflow and of its activities."""

    order_id: str
    customer: str
    ship_to: str
    lines: int
    journal: Journal
    """What the order's workflow had not stored yet when it handed over."""


class Shipped(_Model):
    """What the carrier answered."""

    tracking: str


class PostCard(_Model):
    """Input of `post_card` (once for each order)."""

    view: OrderView


class UpdateCard(_Model):
    """Input of `update_card`: draw this state over the card at `card`."""

    card: MessageRef
    view: OrderView


class NotifyPeople(_Model):
    """Input of `notify_people`: remind, or ask further people, once for each notice and person.

    `people` and `without` are users and user groups: all members of the ones, but none of the others.
    """

    view: OrderView
    card: MessageRef | None
    notice: Notice
    people: tuple[str, ...]
    without: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()


class PostReply(_Model):
    """Input of `post_reply`. `purpose` makes it unique for its order (once for each purpose).

    `text` is plain words of ours and of people outside: the bot escapes it.
    """

    order_id: str
    card: MessageRef
    purpose: str
    text: str
