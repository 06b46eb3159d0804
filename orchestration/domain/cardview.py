"""What a card shows, whatever it is that waits for approval: the bot draws this and asks no further."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from orchestration.domain.decision import Outcome
from orchestration.domain.gate import Gate
from orchestration.domain.order import Order, OrderStatus
from orchestration.domain.policy import Subject
from orchestration.domain.view import OrderView, PaymentState


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True)


class Mood(StrEnum):
    """Where it stands, at a glance; the bot has a picture for each, never shown without the words."""

    NEW = "new"
    WAITING = "waiting"
    GOOD = "good"
    MOVING = "moving"
    DONE = "done"
    STOPPED = "stopped"
    EXPIRED = "expired"
    TROUBLE = "trouble"


class Remark(_Model):
    """Words from outside, with what they are."""

    label: str
    words: str


class CardView(_Model):
    """One card at one moment. `version` grows with every change that somebody could see."""

    subject: Subject
    order_id: str
    key: str = "card"
    """Unique among the messages about this order."""
    version: int
    name: str
    """Such as "Order ord-1"; a sentence can begin with it."""
    standing: str
    """Such as "needs approval", to follow the name."""
    mood: Mood
    noun: str
    """"order" or "refund": what one approves or cancels."""
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
        return f"{self.name} {self.standing}"


_STANDING: dict[OrderStatus, tuple[Mood, str]] = {
    OrderStatus.CREATED: (Mood.NEW, "is being checked"),
    OrderStatus.VALIDATED: (Mood.NEW, "is being checked"),
    OrderStatus.PENDING_MANUAL_APPROVAL: (Mood.WAITING, "needs approval"),
    OrderStatus.APPROVED: (Mood.GOOD, "is approved"),
    OrderStatus.PAYMENT_CHARGED: (Mood.GOOD, "is approved and paid"),
    OrderStatus.SHIPPING: (Mood.MOVING, "is being shipped"),
    OrderStatus.SHIPPED: (Mood.DONE, "has been shipped"),
    OrderStatus.CANCELLED: (Mood.STOPPED, "was cancelled"),
    OrderStatus.EXPIRED: (Mood.EXPIRED, "expired without a decision"),
    OrderStatus.FAILED: (Mood.TROUBLE, "failed"),
}
_PAYMENT = {
    PaymentState.UNKNOWN: ("Payment: tried, and not yet known whether it was charged",),
    PaymentState.CHARGED: ("Payment: charged",),
    PaymentState.REFUNDED: ("Payment: refunded",),
}


def standing_of(status: OrderStatus) -> tuple[Mood, str]:
    """Say where an order with this status stands."""
    return _STANDING[status]


def order_card(view: OrderView) -> CardView:
    """Show an order."""
    mood, standing = _STANDING[view.status]
    if view.cancel is not None and not view.status.is_final:
        mood, standing = Mood.STOPPED, "is being cancelled"
    # Its parts are valid already, and a workflow looks at its card often.
    return CardView.model_construct(
        subject=Subject.ORDER,
        order_id=view.order_id,
        version=view.version,
        name=f"Order {view.order_id}",
        standing=standing,
        mood=mood,
        noun="order",
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
