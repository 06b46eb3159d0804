"""Reads submitted questions, and the answers to them."""

from datetime import datetime
from typing import TypedDict

from bot.ids import FieldId, MenuChoice
from bot.payloads.schemas import PayloadRefused
from bot.payloads.view_submissions.private_metadata import AnswerModalMetadata, CardModalMetadata
from bot.payloads.view_submissions.submission import (
    Submission,
    ViewSubmission,
    read_submission,
    request_id_of,
)
from bot.payloads.view_submissions.text_fields import one_line
from bot.web_api.identity import Identity


class QuestionSubmission(Submission):
    """A question about the order or refund of a card."""

    metadata: CardModalMetadata
    text: str


class AnswerSubmission(Submission):
    """An answer to a question."""

    metadata: AnswerModalMetadata
    text: str


def parse_question_submission(body: object, identity: Identity | None, now: datetime) -> QuestionSubmission:
    """Read a question that was asked `now`. Raises PayloadRefused and FieldErrors."""
    payload, metadata = read_submission(CardModalMetadata, body, identity)
    if metadata.kind is not MenuChoice.ASK:
        raise PayloadRefused(f"a form for {metadata.kind} asks nothing")
    return QuestionSubmission(metadata=metadata, **_common(payload, now))


def parse_answer_submission(body: object, identity: Identity | None, now: datetime) -> AnswerSubmission:
    """Read an answer that was given `now`. Raises PayloadRefused and FieldErrors."""
    payload, metadata = read_submission(AnswerModalMetadata, body, identity)
    return AnswerSubmission(metadata=metadata, **_common(payload, now))


class _Common(TypedDict):
    text: str
    user: str
    request_id: str
    at: datetime


def _common(payload: ViewSubmission, now: datetime) -> _Common:
    text = one_line(payload.view.text(FieldId.TEXT), FieldId.TEXT)
    return {"text": text, "user": payload.user.id, "request_id": request_id_of(payload), "at": now}
