"""The statuses of an order, and the table of allowed transitions between them."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from orchestration.domain.errors import TransitionNotAllowed


class OrderStatus(StrEnum):
    """The status of an order; `TRANSITIONS` lists the allowed changes."""

    CREATED = "CREATED"
    VALIDATED = "VALIDATED"
    PENDING_MANUAL_APPROVAL = "PENDING_MANUAL_APPROVAL"
    APPROVED = "APPROVED"
    PAYMENT_CHARGED = "PAYMENT_CHARGED"
    SHIPPING = "SHIPPING"
    SHIPPED = "SHIPPED"
    CANCELLED = "CANCELLED"
    EXPIRED = "EXPIRED"
    FAILED = "FAILED"

    @property
    def is_final(self) -> bool:
        """Whether no other status can follow."""
        return not TRANSITIONS[self]


_S = OrderStatus
TRANSITIONS: Mapping[OrderStatus, frozenset[OrderStatus]] = MappingProxyType(
    {
        _S.CREATED: frozenset({_S.VALIDATED, _S.FAILED, _S.CANCELLED}),
        _S.VALIDATED: frozenset({_S.PENDING_MANUAL_APPROVAL, _S.APPROVED, _S.CANCELLED}),
        _S.PENDING_MANUAL_APPROVAL: frozenset({_S.APPROVED, _S.CANCELLED, _S.EXPIRED}),
        _S.APPROVED: frozenset({_S.PAYMENT_CHARGED, _S.FAILED, _S.CANCELLED}),
        _S.PAYMENT_CHARGED: frozenset({_S.SHIPPING, _S.FAILED, _S.CANCELLED}),
        _S.SHIPPING: frozenset({_S.SHIPPED, _S.FAILED, _S.CANCELLED}),
        _S.SHIPPED: frozenset(),
        _S.CANCELLED: frozenset(),
        _S.EXPIRED: frozenset(),
        _S.FAILED: frozenset(),
    }
)


def check_transition(current: OrderStatus, to: OrderStatus) -> None:
    """Raise TransitionNotAllowed unless `to` may follow `current`."""
    if to not in TRANSITIONS[current]:
        raise TransitionNotAllowed(f"an order that is {current} cannot become {to}")


def sources_of(to: OrderStatus) -> tuple[OrderStatus, ...]:
    """Return every status that `to` may follow."""
    return tuple(status for status, targets in TRANSITIONS.items() if to in targets)
