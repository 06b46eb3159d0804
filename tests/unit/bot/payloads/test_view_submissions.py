"""Choices from menus and submitted modals become requests, or are refused."""

import contextlib
import copy
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ids import AnswerValue, ButtonValue, CallbackId, FieldId, MenuChoice
from bot.payloads.block_actions.answer_click import AnswerClick, parse_answer_click
from bot.payloads.block_actions.card_menu import MenuClick, parse_menu_click
from bot.payloads.decision import SlackDecision
from bot.payloads.schemas import PayloadRefused
from bot.payloads.view_submissions.amendment import AmendmentSubmission, parse_amendment_submission
from bot.payloads.view_submissions.decision import parse_decision_submission
from bot.payloads.view_submissions.private_metadata import (
    MAX_METADATA,
    MAX_URL,
    AmendModalMetadata,
    AnswerModalMetadata,
    CardModalMetadata,
    storable_response_url,
)
from bot.payloads.view_submissions.question import (
    AnswerSubmission,
    QuestionSubmission,
    parse_answer_submission,
    parse_question_submission,
)
from bot.payloads.view_submissions.text_fields import FieldErrors, one_line, one_line_or_none
from bot.views.card import card
from orchestration.domain.actor import Surface
from orchestration.domain.approval.decision import DecisionKind
from orchestration.domain.card import order_card
from orchestration.domain.order.status import OrderStatus
from tests.unit.bot.payloads.test_decision import OURS, URL, a_click, json
from tests.unit.bot.views.test_views import a_view

NOW = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
VALUE = ButtonValue(order_id="ord-1", revision=2, groups=("S0FINANCE",))
QUESTION = AnswerValue(order_id="ord-1", question_id="q-1")
FORM = {
    "kind": MenuChoice.APPROVE,
    "value": VALUE,
    "channel": "C0APPROVE",
    "message_ts": "1700000000.000100",
    "response_url": URL,
}


def a_menu(choice: str = "approve", **more: Any) -> dict[str, Any]:
    """A choice from the menu of a real card, as Slack sends it."""
    chosen = {
        "type": "overflow",
        "action_id": "order_more",
        "block_id": "order_decide",
        "selected_option": {"text": {"type": "plain_text", "text": "x"}, "value": choice},
        "action_ts": "1700000002.026280",
    }
    gate = a_view().gate.model_copy(update={"revision": 2})
    blocks = card(order_card(a_view(gate=gate))).blocks
    return (
        a_click()
        | {"actions": [chosen], "message": {"bot_id": "B0BOT0001", "blocks": blocks}, "trigger_id": "1.2.x"}
        | more
    )


def an_answer_click(**action: Any) -> dict[str, Any]:
    """A click on the button of a question."""
    return a_click(**{"action_id": "order_answer", "value": QUESTION.encode()} | action) | {
        "trigger_id": "1.2.x"
    }


def a_submission(
    callback: CallbackId, metadata: str, user: str = "U0ALICE01", view_id: str = "V0A", **typed: Any
) -> dict[str, Any]:
    """A submitted form, as Slack sends it."""
    values = {
        field: {field: value if isinstance(value, dict) else {"type": "plain_text_input", "value": value}}
        for field, value in typed.items()
    }
    view = {
        "id": view_id,
        "bot_id": "B0BOT0001",
        "type": "modal",
        "callback_id": callback.value,
        "private_metadata": metadata,
        "state": {"values": values},
        "hash": "1.x",
    }
    return {
        "type": "view_submission",
        "api_app_id": "A0APP0001",
        "team": {"id": "T0TEAM001", "domain": "acme"},
        "user": {"id": user, "username": "alice", "team_id": "T0TEAM001"},
        "trigger_id": "1.2.x",
        "view": view,
        "response_urls": [],
        "is_enterprise_install": False,
    }


def a_decision(kind: MenuChoice = MenuChoice.APPROVE, **typed: Any) -> dict[str, Any]:
    """A submitted decision."""
    form = CardModalMetadata.model_validate(FORM | {"kind": kind})
    callbacks = {
        MenuChoice.APPROVE: CallbackId.APPROVE,
        MenuChoice.CANCEL: CallbackId.CANCEL,
        MenuChoice.ASK: CallbackId.ASK,
        MenuChoice.OVERRIDE: CallbackId.OVERRIDE,
    }
    return a_submission(callbacks[kind], form.encode(), **typed)


def chosen(value: str) -> dict[str, Any]:
    """The state of a choice."""
    return {"type": "radio_buttons", "selected_option": {"value": value}}


ANSWER = AnswerModalMetadata(value=QUESTION, channel="D0BOB0001", response_url=URL)
AMEND = AmendModalMetadata(order_id="ord-1", revision=2, channel="C0GENERAL", response_url=URL)
BODIES = [
    a_menu(),
    an_answer_click(),
    a_decision(order_text="fine"),
    a_decision(MenuChoice.OVERRIDE, order_text="fine", order_verdict=chosen("cancel")),
    a_decision(MenuChoice.ASK, order_text="why?"),
    a_submission(CallbackId.ANSWER, ANSWER.encode(), order_text="so"),
    a_submission(CallbackId.AMEND, AMEND.encode(), order_lines="a:b:1:2", order_ship_to="x", order_note=None),
]


@pytest.mark.parametrize("choice", MenuChoice)
def test_a_choice_from_the_menu(choice: MenuChoice) -> None:
    """The order, its revision and the groups are those of the Approve button beside it."""
    click = parse_menu_click(a_menu(choice), OURS)
    assert (click.choice, click.user, click.channel) == (choice, "U0ALICE01", "C0APPROVE")
    assert click.value == VALUE
    assert (click.trigger_id, click.response_url) == ("1.2.x", URL)


def _with_value(value: Any) -> dict[str, Any]:
    body = a_menu()
    for block in body["message"]["blocks"]:
        for element in block.get("elements", []):
            if element.get("action_id") == "order_approve":
                element["value"] = value
    return body


@pytest.mark.parametrize(
    "body",
    [
        a_menu("bless"),
        a_menu(""),
        a_menu(message={"blocks": []}),
        a_menu(message={"blocks": a_menu()["message"]["blocks"] * 2}),
        a_menu(message={"blocks": card(order_card(a_view(status=OrderStatus.SHIPPED))).blocks}),
        a_menu(message=None),
        a_menu(trigger_id=""),
        a_menu(actions=[]),
        a_menu(actions=a_menu()["actions"] * 2),
        a_menu(actions=a_click()["actions"]),
        {name: part for name, part in a_menu().items() if name != "message"},
        _with_value("rubbish"),
        _with_value(None),
        _with_value('{"order_id":"../x","revision":1}'),
        _with_value('{"order_id":"ord-1","revision":1,"groups":["U0ALICE01"]}'),
    ],
)
def test_a_menu_that_is_not_of_one_of_our_cards_is_refused(body: dict[str, Any]) -> None:
    """The Approve button has to be there, once, and well formed."""
    with pytest.raises(PayloadRefused):
        parse_menu_click(body)


def test_a_button_that_only_looks_like_approve_is_refused() -> None:
    """A menu with that id, say."""
    body = a_menu()
    for block in body["message"]["blocks"]:
        for element in block.get("elements", []):
            if element.get("action_id") == "order_approve":
                element["type"] = "overflow"
    with pytest.raises(PayloadRefused):
        parse_menu_click(body)


def test_the_button_of_a_question() -> None:
    """Carries which; the buttons of cards are not it."""
    assert parse_answer_click(an_answer_click(), OURS).value == QUESTION
    for wrong in (an_answer_click(action_id="order_approve"), an_answer_click(value=VALUE.encode())):
        with pytest.raises(PayloadRefused):
            parse_answer_click(wrong)


@pytest.mark.parametrize("body", BODIES)
def test_another_workspace_is_refused(body: dict[str, Any]) -> None:
    """Whatever it is."""
    for parse in PARSERS:
        with pytest.raises(PayloadRefused):
            parse(body | {"team": {"id": "T0OTHER"}}, OURS)


def test_a_decision_with_a_note() -> None:
    """As what the card showed when the form was opened; now."""
    click = parse_decision_submission(a_decision(order_text=" fine\n by me "), OURS, NOW)
    assert (click.kind, click.surface, click.note) == (DecisionKind.APPROVE, Surface.MODAL, "fine by me")
    assert (click.value, click.decided_at, click.override) == (VALUE, NOW, False)
    assert (click.channel, click.response_url) == ("C0APPROVE", URL)


@pytest.mark.parametrize("kind", DecisionKind)
def test_an_override(kind: DecisionKind) -> None:
    """Of either kind."""
    body = a_decision(MenuChoice.OVERRIDE, order_text="alone", order_verdict=chosen(kind))
    click = parse_decision_submission(body, None, NOW)
    assert (click.kind, click.override, click.note) == (kind, True, "alone")


@pytest.mark.parametrize("kind", [MenuChoice.CANCEL, MenuChoice.OVERRIDE])
@pytest.mark.parametrize("typed", [None, "", "  \n "])
def test_a_reason_is_required(kind: MenuChoice, typed: str | None) -> None:
    """Of a cancel, and of whoever decides alone; a note of an approval is not."""
    body = a_decision(kind, order_text=typed, order_verdict=chosen("approve"))
    with pytest.raises(FieldErrors) as wrong:
        parse_decision_submission(body, None, NOW)
    assert list(wrong.value.sentences) == [FieldId.TEXT]
    assert parse_decision_submission(a_decision(order_text=typed), None, NOW).note is None


def test_a_choice_that_was_not_made() -> None:
    """Is asked for; one that does not exist is refused."""
    with pytest.raises(FieldErrors) as wrong:
        parse_decision_submission(a_decision(MenuChoice.OVERRIDE, order_text="x"), None, NOW)
    assert list(wrong.value.sentences) == [FieldId.VERDICT]
    with pytest.raises(PayloadRefused):
        parse_decision_submission(
            a_decision(MenuChoice.OVERRIDE, order_text="x", order_verdict=chosen("bless")), None, NOW
        )


def test_the_same_form_is_the_same_decision() -> None:
    """However often it is submitted, and whatever it says; by another or from another form it is another."""
    first = parse_decision_submission(a_decision(order_text="a"), None, NOW).decision_id
    metadata = CardModalMetadata.model_validate(FORM).encode()
    assert parse_decision_submission(a_decision(order_text="b"), None, NOW).decision_id == first
    for other in ({"user": "U0BOB0001"}, {"view_id": "V0B"}):
        body = a_submission(CallbackId.APPROVE, metadata, **other)
        assert parse_decision_submission(body, None, NOW).decision_id != first


@pytest.mark.parametrize(
    ("callback", "metadata"),
    [
        (CallbackId.CANCEL, CardModalMetadata.model_validate(FORM).encode()),
        (CallbackId.OVERRIDE, CardModalMetadata.model_validate(FORM).encode()),
        (CallbackId.APPROVE, CardModalMetadata.model_validate(FORM | {"kind": MenuChoice.ASK}).encode()),
        (
            CallbackId.APPROVE,
            CardModalMetadata.model_validate(FORM).encode().replace("approve", "history", 1),
        ),
        (CallbackId.APPROVE, ANSWER.encode()),
        (CallbackId.APPROVE, AMEND.encode()),
        (CallbackId.APPROVE, ""),
        (CallbackId.APPROVE, "{}"),
        (CallbackId.APPROVE, "x" * 3001),
        (CallbackId.APPROVE, CardModalMetadata.model_validate(FORM).encode()[:-1] + ',"extra":1}'),
    ],
)
def test_metadata_that_does_not_belong_there_is_refused(callback: CallbackId, metadata: str) -> None:
    """A form is what it was opened as."""
    with pytest.raises(PayloadRefused):
        parse_decision_submission(a_submission(callback, metadata, order_text="x"), None, NOW)


def test_a_form_to_decide_asks_nothing() -> None:
    """And one that asks decides nothing."""
    with pytest.raises(PayloadRefused):
        parse_question_submission(a_decision(order_text="x"), None, NOW)


def test_questions_answers_and_amendments() -> None:
    """Each with what it is about."""
    asking = parse_question_submission(a_decision(MenuChoice.ASK, order_text="why\nso?"), None, NOW)
    assert (asking.text, asking.metadata.value, asking.at) == ("why so?", VALUE, NOW)
    answering = parse_answer_submission(
        a_submission(CallbackId.ANSWER, ANSWER.encode(), order_text="so"), None, NOW
    )
    assert (answering.text, answering.metadata) == ("so", ANSWER)
    filled = parse_amendment_submission(
        a_submission(CallbackId.AMEND, AMEND.encode(), order_lines=None), None, NOW
    )
    assert (filled.metadata, filled.lines, filled.ship_to, filled.note) == (AMEND, "", "", "")
    assert parse_amendment_submission(a_submission(CallbackId.AMEND, AMEND.encode()), None, NOW).lines is None


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("x" * 1001, "1,001"),
        ("", "write something"),
        ("\u0000", "cannot be shown"),
        ("a\u202eb", "cannot be shown"),
        ("\ud800", "cannot be shown"),
    ],
)
def test_text_that_the_domain_would_refuse(typed: str, words: str) -> None:
    """Each with a sentence."""
    with pytest.raises(FieldErrors) as wrong:
        one_line(typed, FieldId.TEXT)
    assert words in wrong.value.sentences[FieldId.TEXT]


@given(st.text(max_size=1500))
def test_any_text_becomes_one_line_or_a_sentence(typed: str) -> None:
    """Never anything else."""
    for read in (one_line, one_line_or_none):
        text: str | None = None
        with contextlib.suppress(FieldErrors):
            text = read(typed, FieldId.NOTE)
        assert text is None or (text and len(text) <= 1000 and len(text.splitlines()) == 1)


def test_the_largest_form_fits_its_metadata() -> None:
    """Three thousand characters; a response_url that is too long is done without."""
    groups = tuple(f"S{n:020d}" for n in range(50))
    value = ButtonValue(order_id="x" * 64, revision=10**9, groups=groups)
    url = "https://x.example/".ljust(MAX_URL, "u")
    form = CardModalMetadata.model_validate(
        FORM | {"value": value, "response_url": storable_response_url(url)}
    )
    assert form.response_url == url
    assert len(form.encode()) <= MAX_METADATA
    assert storable_response_url(url + "u") is None


PARSERS: list[Any] = [
    parse_menu_click,
    parse_answer_click,
    lambda body, team: parse_decision_submission(body, team, NOW),
    lambda body, team: parse_question_submission(body, team, NOW),
    lambda body, team: parse_answer_submission(body, team, NOW),
    lambda body, team: parse_amendment_submission(body, team, NOW),
]
KINDS = (MenuClick, AnswerClick, SlackDecision, QuestionSubmission, AnswerSubmission, AmendmentSubmission)


def _places(value: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, each in inside for place in _places(each, (*path, key)))]


@st.composite
def mangled(draw: st.DrawFn) -> object:
    """A real payload with one part replaced or gone."""
    body: Any = copy.deepcopy(draw(st.sampled_from(BODIES)))
    place = draw(st.sampled_from(_places(body)))
    if not place:
        return draw(json)
    target = body
    for key in place[:-1]:
        target = target[key]
    if draw(st.booleans()):
        del target[place[-1]]
    else:
        target[place[-1]] = draw(json)
    return body


@given(mangled() | json)
def test_anything_at_all_is_understood_or_refused(body: object) -> None:
    """No other exception, whatever Slack or somebody else sends."""
    for parse in PARSERS:
        parsed: object = None
        with contextlib.suppress(PayloadRefused, FieldErrors):
            parsed = parse(body, OURS)
        assert parsed is None or isinstance(parsed, KINDS)
