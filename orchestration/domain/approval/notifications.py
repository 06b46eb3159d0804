"""Notifications that a workflow sends while its gate waits for decisions."""

from datetime import datetime
from enum import StrEnum

from orchestration.domain.model import FrozenModel


class NotificationKind(StrEnum):
    """What a notification is about."""

    REMINDER = "reminder"
    ESCALATION = "escalation"
    QUESTION = "question"
    ANSWER = "answer"
    AMENDMENT = "amendment"


class Notification(FrozenModel):
    """One notification to send.

    `number` counts from 1. It is the number of the reminder, the escalation level, the number of the question
    or the order's new revision.
    """

    kind: NotificationKind
    number: int
    at: datetime
