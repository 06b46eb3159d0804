"""The content of a card in Slack, for orders and refunds alike; the bot renders it as Block Kit."""

from enum import StrEnum

from orchestration.domain.approval.gate import Gate
from orchestration.domain.approval.verdict import Outcome
from orchestration.domain.model import FrozenModel
from orchestration.domain.order.order import Order
from orchestration.domain.order.status import OrderStatus
from orchestration.domain.order.view import OrderView, PaymentState
from orchestration.domain.policy.approval_policy import Subject


class CardStatus(StrEnum):
    """The status that a card's emoji shows, always next to the status in words."""

    NEW = "new"
    WAITING = "waiting"
    APPROVED = "approved"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    FAILED = "failed"


class LabeledText(FrozenModel):
    """A text that a user or a carrier wrote, with a label."""

    label: str
    text: str


class CardView(FrozenModel):
    """The content of a card. `version` grows with every visible change."""

    subject: Subject
    order_id: str
    key: str = "card"
    """The key of the message, unique among the messages of this order."""
    version: int
    name: str
    """The subject's name at the beginning of a sentence, such as "Order ord-1"."""
    status_text: str
    """The status in words that follow the name, such as "needs approval"."""
    card_status: CardStatus
    order: Order | None
    requested_by: str | None
    gate: Gate
    is_open: bool
    """Whether the subject waits for decisions, so that the card has buttons."""
    is_final: bool
    outcomes: tuple[Outcome, ...] = ()
    """The outcome of the gate, and a later cancel."""
    progress: tuple[str, ...] = ()
    """Lines about the payment, written by Countersign."""
    remarks: tuple[LabeledText, ...] = ()

    @property
    def title(self) -> str:
        """The name and the status in one sentence without a full stop."""
        return f"{self.name} {self.status_text}"


_STANDING: dict[OrderStatus, tuple[CardStatus, str]] = {
    OrderStatus.CREATED: (CardStatus.NEW, "is being checked"),
    OrderStatus.VALIDATED: (CardStatus.NEW, "is being checked"),
    OrderStatus.PENDING_MANUAL_APPROVAL: (CardStatus.WAITING, "needs approval"),
    OrderStatus.APPROVED: (CardStatus.APPROVED, "is approved"),
    OrderStatus.PAYMENT_CHARGED: (CardStatus.APPROVED, "is approved and paid"),
    OrderStatus.SHIPPING: (CardStatus.IN_PROGRESS, "is being shipped"),
    OrderStatus.SHIPPED: (CardStatus.DONE, "has been shipped"),
    OrderStatus.CANCELLED: (CardStatus.CANCELLED, "was cancelled"),
    OrderStatus.EXPIRED: (CardStatus.EXPIRED, "expired without a decision"),
    OrderStatus.FAILED: (CardStatus.FAILED, "failed"),
}
_PAYMENT = {
    PaymentState.UNKNOWN: ("Payment: tried, and not yet known whether it was charged",),
    PaymentState.CHARGED: ("Payment: charged",),
    PaymentState.REFUNDED: ("Payment: refunded",),
}


def status_text_of(status: OrderStatus) -> tuple[CardStatus, str]:
    """Return the emoji status and the words for an order with this status."""
    return _STANDING[status]


def order_card(view: OrderView) -> CardView:
    """Return the card of an order."""
    card_status, status_text = _STANDING[view.status]
    if view.cancel is not None and not view.status.is_final:
        card_status, status_text = CardStatus.CANCELLED, "is being cancelled"
    # Not validated again: the parts are valid, and a workflow computes its card often.
    return CardView.model_construct(
        subject=Subject.ORDER,
        order_id=view.order_id,
        version=view.version,
        name=f"Order {view.order_id}",
        status_text=status_text,
        card_status=card_status,
        order=view.order,
        requested_by=view.order.requester if view.order else None,
        gate=view.gate,
        is_open=view.status is OrderStatus.PENDING_MANUAL_APPROVAL and view.gate.outcome is None,
        is_final=view.status.is_final,
        outcomes=tuple(each for each in (view.gate.outcome, view.cancel) if each is not None),
        progress=_PAYMENT.get(view.payment, ()),
        remarks=tuple(_remarks(view)),
    )


def _remarks(view: OrderView) -> list[LabeledText]:
    said = [
        LabeledText(label="Note", text=ended.note)
        for ended in (view.gate.outcome, view.cancel)
        if ended is not None and ended.note
    ]
    if view.tracking:
        said.append(LabeledText(label="Tracking", text=view.tracking))
    # The reason of a cancel repeats the actor and the note, which the card shows already.
    if view.reason and view.status is not OrderStatus.CANCELLED:
        said.append(LabeledText(label="Reason", text=view.reason))
    return said
