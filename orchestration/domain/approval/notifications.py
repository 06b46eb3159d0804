"""What people have to be told while a gate waits."""

from datetime import datetime
from enum import StrEnum

from orchestration.domain.model import FrozenModel


class NotificationKind(StrEnum):
    """What it is about."""

    REMINDER = "reminder"
    ESCALATION = "escalation"
    QUESTION = "question"
    ANSWER = "answer"
    AMENDMENT = "amendment"


class Notification(FrozenModel):
    """One thing to tell. `number`, from 1: of the reminder, the level, the question, or the new revision."""

    kind: NotificationKind
    number: int
    at: datetime
