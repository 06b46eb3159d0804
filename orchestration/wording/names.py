"""Names of what sentences are about: orders and refunds, and whoever acted."""

from typing import assert_never

from orchestration.domain.actor import Actor, ActorKind
from orchestration.domain.policy.approval_policy import Subject
from orchestration.wording.style import Style

_MAX_OPERATOR_NAME = 100


def subject_name(subject: Subject, order_id: str) -> str:
    """Name an order or its refund: "order ord-1", "the refund of order ord-1"."""
    return f"order {order_id}" if subject is Subject.ORDER else f"the {subject} of order {order_id}"


def actor_name(actor: Actor, style: Style) -> str:
    """Name whoever acted."""
    match actor.kind:
        case ActorKind.SLACK_USER:
            return style.person(actor.id)
        case ActorKind.OPERATOR:
            return f"operator {style.text(actor.id, _MAX_OPERATOR_NAME)}"
        case ActorKind.SYSTEM:
            return "Countersign itself"
        case _:
            assert_never(actor.kind)
