"""The schema and the checks that all `view_submission` payloads share."""

import hashlib
from datetime import datetime
from typing import Annotated, Literal, TypeVar

from pydantic import Field

from bot.ids import CallbackId, FieldId
from bot.payloads.origin import check_origin, check_poster
from bot.payloads.schemas import Option, Payload, Schema, SlackId, read, read_json
from bot.payloads.view_submissions.private_metadata import (
    AmendModalMetadata,
    AnswerModalMetadata,
    CardModalMetadata,
)
from bot.web_api.identity import Identity

M = TypeVar("M", CardModalMetadata, AnswerModalMetadata, AmendModalMetadata)


class Submission(Schema):
    """Base of what a submitted modal is read into."""

    user: SlackId
    request_id: str
    """Derived from the modal and the user, so that a modal submitted twice is one request."""
    at: datetime
    """When the bot received the submission; the payload carries no time."""


class _Input(Schema):
    value: Annotated[str, Field(max_length=10_000)] | None = None
    selected_option: Option | None = None


class _State(Schema):
    values: dict[str, dict[str, _Input]]


class View(Schema):
    """The submitted modal."""

    id: SlackId
    bot_id: SlackId | None = None
    callback_id: CallbackId
    private_metadata: Annotated[str, Field(max_length=3000)]
    state: _State

    def has(self, field: FieldId) -> bool:
        """Return whether the modal has this input."""
        return field in self.state.values

    def text(self, field: FieldId) -> str:
        """Return the text of an input; empty if nothing was typed or the modal has no such input."""
        return self._input(field).value or ""

    def selected(self, field: FieldId) -> str | None:
        """Return the value of the option chosen in an input; None if none was."""
        option = self._input(field).selected_option
        return None if option is None else option.value

    def _input(self, field: FieldId) -> _Input:
        return self.state.values.get(field, {}).get(field, _Input())


class ViewSubmission(Payload):
    """A `view_submission` payload."""

    type: Literal["view_submission"]
    view: View


def read_submission(model: type[M], body: object, identity: Identity | None) -> tuple[ViewSubmission, M]:
    """Read a payload and its modal's metadata, and check where it comes from. Raises PayloadRefused."""
    payload = read(ViewSubmission, body)
    check_sender(payload, identity)
    return payload, read_metadata(model, payload)


def check_sender(payload: ViewSubmission, identity: Identity | None) -> None:
    """Raise PayloadRefused unless the payload is for this app and the modal is this bot's."""
    check_origin(payload, identity)
    check_poster(payload.view.bot_id, identity)


def read_metadata(model: type[M], payload: ViewSubmission) -> M:
    """Read the modal's `private_metadata`. Raises PayloadRefused."""
    return read_json(model, payload.view.private_metadata, "private_metadata")


def request_id_of(payload: ViewSubmission) -> str:
    """Return the id of the request, which a submission that Slack delivers twice shares."""
    parts = f"{payload.view.id}|{payload.user.id}"
    return "slack-view-" + hashlib.sha256(parts.encode()).hexdigest()[:32]
