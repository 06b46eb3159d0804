"""What modals submit, as typed commands. What is not understood is refused here."""

import hashlib
from datetime import datetime
from typing import Annotated, Literal, TypeVar

from pydantic import Field, TypeAdapter, ValidationError

from bot.ids import CallbackId, FieldId, MenuChoice
from bot.payloads.messages import Click, Forged
from bot.payloads.origin import check_origin, check_poster
from bot.payloads.private_metadata import AmendForm, AnswerForm, CardForm
from bot.payloads.schemas import Option, Payload, PayloadRefused, Schema, SlackId, read, read_json
from bot.web_api.identity import Identity
from orchestration.domain.actor import Surface
from orchestration.domain.approval.decision import DecisionKind
from orchestration.domain.fields import Text

F = TypeVar("F", CardForm, AnswerForm, AmendForm)


class FieldsWrong(Exception):
    """Somebody filled in a form with what cannot be taken; a sentence for each such field."""

    def __init__(self, sentences: dict[FieldId, str]) -> None:
        super().__init__("; ".join(f"{field}: {sentence}" for field, sentence in sentences.items()))
        self.sentences = sentences


class _Submitted(Schema):
    user: SlackId
    request_id: str
    """Derived from the modal."""
    at: datetime


class QuestionSubmission(_Submitted):
    """A question."""

    form: CardForm
    text: str


class AnswerSubmission(_Submitted):
    """An answer."""

    form: AnswerForm
    text: str


class AmendmentSubmission(_Submitted):
    """A changed order: texts that nobody has looked at yet. None: there was no such field."""

    form: AmendForm
    lines: str | None
    ship_to: str
    note: str


class _Input(Schema):
    value: Annotated[str, Field(max_length=10_000)] | None = None
    selected_option: Option | None = None


class _State(Schema):
    values: dict[str, dict[str, _Input]]


class _View(Schema):
    id: SlackId
    bot_id: SlackId | None = None
    callback_id: CallbackId
    private_metadata: Annotated[str, Field(max_length=3000)]
    state: _State

    def text(self, field: FieldId) -> str:
        """Return what was typed there; empty if nothing was, or there is no such field."""
        return self.state.values.get(field, {}).get(field, _Input()).value or ""


class _ViewSubmission(Payload):
    type: Literal["view_submission"]
    view: _View


_CALLBACKS = {
    MenuChoice.APPROVE: CallbackId.APPROVE,
    MenuChoice.CANCEL: CallbackId.CANCEL,
    MenuChoice.ASK: CallbackId.ASK,
    MenuChoice.OVERRIDE: CallbackId.OVERRIDE,
}
_DECISIONS = {MenuChoice.APPROVE: DecisionKind.APPROVE, MenuChoice.CANCEL: DecisionKind.CANCEL}
_TEXT: TypeAdapter[str] = TypeAdapter(Text)


def parse_decision(body: object, ours: Identity | None, now: datetime) -> Click:
    """Read a submitted decision, made `now`. Raises PayloadRefused, Forged and FieldsWrong."""
    payload = read(_ViewSubmission, body)
    form = _form_of(CardForm, payload)
    view, alone = payload.view, form.kind is MenuChoice.OVERRIDE
    if form.kind is MenuChoice.ASK or view.callback_id is not _CALLBACKS[form.kind]:
        raise PayloadRefused(f"a form for {form.kind} in a modal called {view.callback_id}")
    read_text = one_line_or_none if form.kind is MenuChoice.APPROVE else one_line
    click = Click(
        kind=_chosen(view) if alone else _DECISIONS[form.kind],
        value=form.value,
        user=payload.user.id,
        channel=form.channel,
        decision_id=_request_id(payload),
        decided_at=now,
        response_url=form.response_url,
        surface=Surface.MODAL,
        note=read_text(view.text(FieldId.TEXT), FieldId.TEXT),
        override=alone,
    )
    try:
        _check(payload, ours)
    except PayloadRefused as refused:
        raise Forged(str(refused), click) from None
    return click


def parse_question(body: object, ours: Identity | None, now: datetime) -> QuestionSubmission:
    """Read a submitted question. Raises PayloadRefused and FieldsWrong."""
    payload, form = _submission(CardForm, body, ours)
    if form.kind is not MenuChoice.ASK:
        raise PayloadRefused(f"a form for {form.kind} asks nothing")
    text, request_id = _said(payload), _request_id(payload)
    return QuestionSubmission(form=form, text=text, user=payload.user.id, request_id=request_id, at=now)


def parse_answer(body: object, ours: Identity | None, now: datetime) -> AnswerSubmission:
    """Read a submitted answer. Raises PayloadRefused and FieldsWrong."""
    payload, form = _submission(AnswerForm, body, ours)
    text, request_id = _said(payload), _request_id(payload)
    return AnswerSubmission(form=form, text=text, user=payload.user.id, request_id=request_id, at=now)


def parse_amendment(body: object, ours: Identity | None, now: datetime) -> AmendmentSubmission:
    """Read a submitted amendment, whose fields are looked at later. Raises PayloadRefused."""
    payload, form = _submission(AmendForm, body, ours)
    view = payload.view
    return AmendmentSubmission(
        form=form,
        lines=view.text(FieldId.LINES) if FieldId.LINES in view.state.values else None,
        ship_to=view.text(FieldId.SHIP_TO),
        note=view.text(FieldId.NOTE),
        user=payload.user.id,
        request_id=_request_id(payload),
        at=now,
    )


def one_line_or_none(typed: str, field: FieldId) -> str | None:
    """The same, where nothing may be typed too."""
    return one_line(typed, field) if typed.strip() else None


def one_line(typed: str, field: FieldId) -> str:
    """Make one line of what was typed into several. Raises FieldsWrong for what the domain would refuse."""
    text = " ".join(typed.split())
    try:
        return _TEXT.validate_python(text)
    except ValidationError:
        raise FieldsWrong({field: _why_not(text)}) from None


def _why_not(text: str) -> str:
    if not text:
        return "Please write something here."
    if len(text) > 1000:
        return f"Please keep it to 1,000 characters; this has {len(text):,}."
    return "There is a character in it that cannot be shown (a control or direction character). Remove it."


def _said(payload: _ViewSubmission) -> str:
    return one_line(payload.view.text(FieldId.TEXT), FieldId.TEXT)


def _submission(form: type[F], body: object, ours: Identity | None) -> tuple[_ViewSubmission, F]:
    payload = read(_ViewSubmission, body)
    _check(payload, ours)
    return payload, _form_of(form, payload)


def _check(payload: _ViewSubmission, ours: Identity | None) -> None:
    check_origin(payload, ours)
    check_poster(payload.view.bot_id, ours)


def _form_of(form: type[F], payload: _ViewSubmission) -> F:
    return read_json(form, payload.view.private_metadata, "private_metadata")


def _chosen(view: _View) -> DecisionKind:
    option = view.state.values.get(FieldId.VERDICT, {}).get(FieldId.VERDICT, _Input()).selected_option
    if option is None:
        raise FieldsWrong({FieldId.VERDICT: "Please choose one."})
    if option.value not in set(DecisionKind):
        raise PayloadRefused("decides neither this nor that")
    return DecisionKind(option.value)


def _request_id(payload: _ViewSubmission) -> str:
    # Made of nothing but the modal and its user: submitted twice, it is the same thing.
    parts = f"{payload.view.id}|{payload.user.id}"
    return "slack-view-" + hashlib.sha256(parts.encode()).hexdigest()[:32]
