"""Reads a submitted decision: approve with a note, cancel with a reason, or override."""

from datetime import datetime

from bot.ids import CallbackId, FieldId, MenuChoice
from bot.payloads.decision import ForgedDecision, SlackDecision
from bot.payloads.schemas import PayloadRefused, read
from bot.payloads.view_submissions.private_metadata import CardModalMetadata
from bot.payloads.view_submissions.submission import (
    View,
    ViewSubmission,
    check_sender,
    read_metadata,
    request_id_of,
)
from bot.payloads.view_submissions.text_fields import FieldErrors, one_line, one_line_or_none
from bot.web_api.identity import Identity
from orchestration.domain.actor import Surface
from orchestration.domain.approval.decision import DecisionKind

_CALLBACKS = {
    MenuChoice.APPROVE: CallbackId.APPROVE,
    MenuChoice.CANCEL: CallbackId.CANCEL,
    MenuChoice.ASK: CallbackId.ASK,
    MenuChoice.OVERRIDE: CallbackId.OVERRIDE,
}
_DECISIONS = {MenuChoice.APPROVE: DecisionKind.APPROVE, MenuChoice.CANCEL: DecisionKind.CANCEL}


def parse_decision_submission(body: object, identity: Identity | None, now: datetime) -> SlackDecision:
    """Read a decision that was made `now`. Raises PayloadRefused, ForgedDecision and FieldErrors."""
    payload = read(ViewSubmission, body)
    metadata = read_metadata(CardModalMetadata, payload)
    view, override = payload.view, metadata.kind is MenuChoice.OVERRIDE
    if metadata.kind is MenuChoice.ASK or view.callback_id is not _CALLBACKS[metadata.kind]:
        raise PayloadRefused(f"a form for {metadata.kind} in a modal called {view.callback_id}")
    read_text = one_line_or_none if metadata.kind is MenuChoice.APPROVE else one_line
    decision = SlackDecision(
        kind=_chosen_kind(view) if override else _DECISIONS[metadata.kind],
        value=metadata.value,
        user=payload.user.id,
        channel=metadata.channel,
        decision_id=request_id_of(payload),
        decided_at=now,
        response_url=metadata.response_url,
        surface=Surface.MODAL,
        note=read_text(view.text(FieldId.TEXT), FieldId.TEXT),
        override=override,
    )
    try:
        check_sender(payload, identity)
    except PayloadRefused as refused:
        raise ForgedDecision(str(refused), decision) from None
    return decision


def _chosen_kind(view: View) -> DecisionKind:
    value = view.selected(FieldId.VERDICT)
    if value is None:
        raise FieldErrors({FieldId.VERDICT: "Please choose one."})
    if value not in set(DecisionKind):
        raise PayloadRefused("decides neither this nor that")
    return DecisionKind(value)
