"""Reads the submitted modal of `/order amend`. Its fields are checked in `amendment_changes`."""

from datetime import datetime

from bot.ids import FieldId
from bot.payloads.view_submissions.private_metadata import AmendModalMetadata
from bot.payloads.view_submissions.submission import Submission, read_submission, request_id_of
from bot.web_api.identity import Identity


class AmendmentSubmission(Submission):
    """The texts of the modal, as they were typed. `lines` is None if the modal has no such field."""

    metadata: AmendModalMetadata
    lines: str | None
    ship_to: str
    note: str


def parse_amendment_submission(body: object, identity: Identity | None, now: datetime) -> AmendmentSubmission:
    """Read an amendment that was submitted `now`. Raises PayloadRefused."""
    payload, metadata = read_submission(AmendModalMetadata, body, identity)
    view = payload.view
    return AmendmentSubmission(
        metadata=metadata,
        lines=view.text(FieldId.LINES) if view.has(FieldId.LINES) else None,
        ship_to=view.text(FieldId.SHIP_TO),
        note=view.text(FieldId.NOTE),
        user=payload.user.id,
        request_id=request_id_of(payload),
        at=now,
    )
