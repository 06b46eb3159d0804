"""What a card shows, whatever it is that waits for approval: the bot draws this and asks no further."""

from enum import StrEnum

from orchestration.domain.approval.gate import Gate
from orchestration.domain.approval.verdict import Outcome
from orchestration.domain.model import FrozenModel
from orchestration.domain.order.order import Order
from orchestration.domain.order.status import OrderStatus
from orchestration.domain.order.view import OrderView, PaymentState
from orchestration.domain.policy.approval_policy import Subject


class CardStatus(StrEnum):
    """Where it stands, at a glance; the bot has a picture for each, never shown without the words."""

    NEW = "new"
    WAITING = "waiting"
    GOOD = "good"
    MOVING = "moving"
    DONE = "done"
    STOPPED = "stopped"
    EXPIRED = "expired"
    TROUBLE = "trouble"


class Remark(FrozenModel):
    """Words from outside, with what they are."""

    label: str
    words: str


class CardView(FrozenModel):
    """One card at one moment. `version` grows with every change that somebody could see."""

    subject: Subject
    order_id: str
    key: str = "card"
    """Unique among the messages about this order."""
    version: int
    name: str
    """Such as "Order ord-1"; a sentence can begin with it."""
    status_text: str
    """Such as "needs approval", to follow the name."""
    card_status: CardStatus
    order: Order | None
    requested_by: str | None
    gate: Gate
    is_open: bool
    """Whether it waits for people: there are buttons."""
    is_final: bool
    outcomes: tuple[Outcome, ...] = ()
    """How the gate ended, and a cancel that came after it."""
    progress: tuple[str, ...] = ()
    """How far payment is, in our own words."""
    remarks: tuple[Remark, ...] = ()

    @property
    def title(self) -> str:
        """Name it and say where it stands."""
        return f"{self.name} {self.status_text}"


_STANDING: dict[OrderStatus, tuple[CardStatus, str]] = {
    OrderStatus.CREATED: (CardStatus.NEW, "is being checked"),
    OrderStatus.VALIDATED: (CardStatus.NEW, "is being checked"),
    OrderStatus.PENDING_MANUAL_APPROVAL: (CardStatus.WAITING, "needs approval"),
    OrderStatus.APPROVED: (CardStatus.GOOD, "is approved"),
    OrderStatus.PAYMENT_CHARGED: (CardStatus.GOOD, "is approved and paid"),
    OrderStatus.SHIPPING: (CardStatus.MOVING, "is being shipped"),
    OrderStatus.SHIPPED: (CardStatus.DONE, "has been shipped"),
    OrderStatus.CANCELLED: (CardStatus.STOPPED, "was cancelled"),
    OrderStatus.EXPIRED: (CardStatus.EXPIRED, "expired without a decision"),
    OrderStatus.FAILED: (CardStatus.TROUBLE, "failed"),
}
_PAYMENT = {
    PaymentState.UNKNOWN: ("Payment: tried, and not yet known whether it was charged",),
    PaymentState.CHARGED: ("Payment: charged",),
    PaymentState.REFUNDED: ("Payment: refunded",),
}


def status_text_of(status: OrderStatus) -> tuple[CardStatus, str]:
    """Say where an order with this status stands."""
    return _STANDING[status]


def order_card(view: OrderView) -> CardView:
    """Show an order."""
    card_status, status_text = _STANDING[view.status]
    if view.cancel is not None and not view.status.is_final:
        card_status, status_text = CardStatus.STOPPED, "is being cancelled"
    # Its parts are valid already, and a workflow looks at its card often.
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


def _remarks(view: OrderView) -> list[Remark]:
    said = [
        Remark(label="Note", words=ended.note)
        for ended in (view.gate.outcome, view.cancel)
        if ended is not None and ended.note
    ]
    if view.tracking:
        said.append(Remark(label="Tracking", words=view.tracking))
    # Of a cancel it is the name and the note again.
    if view.reason and view.status is not OrderStatus.CANCELLED:
        said.append(Remark(label="Reason", words=view.reason))
    return said
