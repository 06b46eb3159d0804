"""What the parts of Countersign, and other programs, call each other by.

A service in any language starts an order by starting workflow type ``OrderWorkflow`` with id
``order-<order_id>`` on task queue ``order-tq`` and the order as its one JSON argument.
"""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from orchestration.domain.amendment import AmendRequest
from orchestration.domain.cardview import CardView, order_card
from orchestration.domain.case import StatusChange
from orchestration.domain.decision import JudgedDecision
from orchestration.domain.information import Talk
from orchestration.domain.notice import Notice
from orchestration.domain.order import Order, OrderStatus
from orchestration.domain.policy import Subject
from orchestration.domain.refund import RefundRequest, RefundStep
from orchestration.domain.tier import Tier
from orchestration.domain.view import MessageRef, OrderView

ORDER_TASK_QUEUE = "order-tq"
SHIPPING_TASK_QUEUE = "shipping-tq"
SLACK_TASK_QUEUE = "slack-tq"

ORDER_WORKFLOW = "OrderWorkflow"
SHIPPING_WORKFLOW = "ShippingWorkflow"
REFUND_WORKFLOW = "RefundWorkflow"

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
    return workflow_id(Subject.ORDER, order_id)


def refund_workflow_id(order_id: str) -> str:
    """Id of the workflow that refunds a shipped order."""
    return workflow_id(Subject.REFUND, order_id)


def workflow_id(subject: Subject, order_id: str) -> str:
    """Id of the workflow with the gate of this subject."""
    return f"{subject}-{order_id}"


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


class RefundActivity(StrEnum):
    """Activities of RefundWorkflow on `order-tq`, besides those of orders that it uses too."""

    OPEN = "open_refund"


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
    refund_id: str | None = None
    """Set if all of this is about a refund of the order."""
    refund_steps: tuple[RefundStep, ...] = ()

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


class OpenRefund(_Model):
    """Input of `open_refund`; `request` is as it came from outside."""

    refund_id: str
    order_id: str
    request: object
    closes_before: datetime | None


class OpenedRefund(_Model):
    """What is to be given back, and who has to agree."""

    request: RefundRequest
    order: Order
    resolved: ResolvedPolicy


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


class _Drawing(_Model):
    """What a card is to show. Workflows of earlier releases say it as the view of an order."""

    shown: CardView | None = None
    view: OrderView | None = None

    @property
    def drawn(self) -> CardView:
        """What to draw. Raises ValueError if there is nothing."""
        if self.shown is not None:
            return self.shown
        if self.view is not None:
            return order_card(self.view)
        raise ValueError("there is nothing to draw")


class PostCard(_Drawing):
    """Input of `post_card` (once for each card)."""


class UpdateCard(_Drawing):
    """Input of `update_card`: draw this state over the card at `card`."""

    card: MessageRef
    is_awaited: bool = True
    """Whether people sit and look at the card for it: it goes before mere progress."""


class DrawnCard(MessageRef):
    """Where the card is. `version`: what was drawn, if that is newer than what was asked for."""

    version: int | None = None


class NotifyPeople(_Model):
    """Input of `notify_people`: remind, or ask further people, once for each notice and person.

    `people` and `without` are users and user groups: all members of the ones, but none of the others.
    """

    view: CardView
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
