"""What people have to be told while a gate waits."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class NoticeKind(StrEnum):
    """What it is about."""

    REMINDER = "reminder"
    ESCALATION = "escalation"
    QUESTION = "question"
    ANSWER = "answer"
    AMENDMENT = "amendment"


class Notice(BaseModel):
    """One thing to tell. `number`, from 1: of the reminder, the level, the question, or the new revision."""

    model_config = ConfigDict(frozen=True)

    kind: NoticeKind
    number: int
    at: datetime
