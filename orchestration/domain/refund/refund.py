"""Refunds of shipped orders: the request, the statuses, the query result and the card."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from pydantic import BaseModel, ConfigDict

from orchestration.domain.approval.gate import Gate
from orchestration.domain.card import CardStatus, CardView, LabeledText
from orchestration.domain.currency import format_amount
from orchestration.domain.errors import TransitionNotAllowed
from orchestration.domain.fields import ActorId, MessageRef, OrderId, Text
from orchestration.domain.model import FrozenModel
from orchestration.domain.order.order import Order
from orchestration.domain.policy.approval_policy import Subject


class RefundRequest(BaseModel):
    """Input of RefundWorkflow: refund the whole payment of an order."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    order_id: OrderId
    requester: ActorId
    reason: Text


class RefundStatus(StrEnum):
    """The status of a refund; `TRANSITIONS` lists the allowed changes."""

    REQUESTED = "REQUESTED"
    PENDING_MANUAL_APPROVAL = "PENDING_MANUAL_APPROVAL"
    APPROVED = "APPROVED"
    REFUNDED = "REFUNDED"
    CANCELLED = "CANCELLED"
    EXPIRED = "EXPIRED"
    FAILED = "FAILED"

    @property
    def is_final(self) -> bool:
        """Whether no other status can follow."""
        return not TRANSITIONS[self]


_S = RefundStatus
TRANSITIONS: Mapping[RefundStatus, frozenset[RefundStatus]] = MappingProxyType(
    {
        _S.REQUESTED: frozenset({_S.PENDING_MANUAL_APPROVAL, _S.APPROVED, _S.CANCELLED, _S.FAILED}),
        _S.PENDING_MANUAL_APPROVAL: frozenset({_S.APPROVED, _S.CANCELLED, _S.EXPIRED}),
        _S.APPROVED: frozenset({_S.REFUNDED, _S.FAILED}),
        _S.REFUNDED: frozenset(),
        _S.CANCELLED: frozenset(),
        _S.EXPIRED: frozenset(),
        _S.FAILED: frozenset(),
    }
)


def check_transition(current: RefundStatus, to: RefundStatus) -> None:
    """Raise TransitionNotAllowed unless `to` may follow `current`."""
    if to not in TRANSITIONS[current]:
        raise TransitionNotAllowed(f"a refund that is {current} cannot become {to}")


class RefundStep(FrozenModel):
    """A change of the refund's status. `reason` is set for failures, cancels and expiry."""

    to: RefundStatus
    at: datetime
    reason: str | None = None


class RefundView(FrozenModel):
    """The state of a refund: the result of its query `status`."""

    refund_id: str
    order_id: str
    version: int
    status: RefundStatus
    request: RefundRequest | None
    """None if the request was malformed."""
    order: Order | None
    gate: Gate
    steps: tuple[RefundStep, ...] = ()
    reason: str | None = None
    waiting_for: str | None = None
    card: MessageRef | None = None
    card_version: int = 0
    card_problem: str | None = None
    updated_at: datetime


_STANDING: dict[RefundStatus, tuple[CardStatus, str]] = {
    _S.REQUESTED: (CardStatus.NEW, "is being checked"),
    _S.PENDING_MANUAL_APPROVAL: (CardStatus.WAITING, "needs approval"),
    _S.APPROVED: (CardStatus.APPROVED, "is approved, the money is on its way back"),
    _S.REFUNDED: (CardStatus.DONE, "is done: the money has been given back"),
    _S.CANCELLED: (CardStatus.CANCELLED, "was turned down"),
    _S.EXPIRED: (CardStatus.EXPIRED, "expired without a decision"),
    _S.FAILED: (CardStatus.FAILED, "failed"),
}


def status_text_of(status: RefundStatus) -> tuple[CardStatus, str]:
    """Return the emoji status and the words for a refund with this status."""
    return _STANDING[status]


def refund_card(view: RefundView) -> CardView:
    """Return the card of a refund."""
    card_status, status_text = _STANDING[view.status]
    outcome = view.gate.outcome
    remarks = [LabeledText(label="Why", text=view.request.reason)] if view.request else []
    if outcome is not None and outcome.note:
        remarks.append(LabeledText(label="Note", text=outcome.note))
    if view.reason and view.status in {_S.FAILED, _S.EXPIRED}:
        remarks.append(LabeledText(label="Reason", text=view.reason))
    return CardView.model_construct(
        subject=Subject.REFUND,
        order_id=view.order_id,
        key=f"card-{view.refund_id}",
        version=view.version,
        name=f"The refund of order {view.order_id}",
        status_text=status_text,
        card_status=card_status,
        order=view.order,
        requested_by=view.request.requester if view.request else None,
        gate=view.gate,
        is_open=view.status is _S.PENDING_MANUAL_APPROVAL and outcome is None,
        is_final=view.status.is_final,
        outcomes=() if outcome is None else (outcome,),
        progress=_money(view),
        remarks=tuple(remarks),
    )


def _money(view: RefundView) -> tuple[str, ...]:
    if view.status is not _S.REFUNDED or view.order is None:
        return ()
    return (f"Given back: {format_amount(view.order.amount, view.order.currency)}",)
