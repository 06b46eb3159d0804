"""Menus, modals, notifications and histories keep to Slack's limits, and show text from outside as text."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.block_kit.text import Json
from bot.ids import ActionId, AnswerValue, ButtonValue, CallbackId, FieldId, MenuChoice
from bot.payloads.view_submissions.private_metadata import (
    AmendModalMetadata,
    AnswerModalMetadata,
    CardModalMetadata,
)
from bot.views.amend_modal import amend_modal
from bot.views.card import card
from bot.views.card_modals import answer_modal, card_modal, error_modal
from bot.views.history import MAX_SHOWN, history
from bot.views.notifications import direct, in_channel, in_thread
from localdev.slack.blockkit.views import accept_view
from orchestration.contracts.slack import NotifyPeople
from orchestration.domain.approval.gate import Answer, Question
from orchestration.domain.approval.notifications import Notification, NotificationKind
from orchestration.domain.card import order_card
from orchestration.domain.fields import MessageRef
from orchestration.domain.order.order import Order
from orchestration.domain.order.view import OrderView
from orchestration.domain.policy.tier import Override
from orchestration.ports.audit_log import Event
from tests.unit.bot import strategies
from tests.unit.bot.slack_rules import check, check_brackets, texts
from tests.unit.bot.strategies import NOW
from tests.unit.bot.views.test_views import TIER, a_view, buttons

generous = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
VALUE = ButtonValue(order_id="ord-1", revision=2, groups=("S0FINANCE",))
CARD = MessageRef(channel="C0APPROVE", ts="1700000000.000100")


def a_form(kind: MenuChoice) -> CardModalMetadata:
    """Opened from a card."""
    return CardModalMetadata.model_validate(
        {"kind": kind, "value": VALUE, "channel": CARD.channel, "message_ts": CARD.ts}
    )


def inputs(view: Json) -> dict[str, Json]:
    """The fields of a form."""
    return {block["block_id"]: block for block in view["blocks"] if block["type"] == "input"}


def menu_of(**tier: object) -> list[str]:
    """The values in the menu of a card."""
    gate = a_view().gate.model_copy(update={"tier": TIER.model_copy(update=tier)})
    (menu,) = [each for each in buttons(card(order_card(a_view(gate=gate)))) if each["type"] == "overflow"]
    assert menu["action_id"] == ActionId.MORE
    return [option["value"] for option in menu["options"]]


def test_the_menu_of_an_open_card() -> None:
    """Five things, each by a word; nothing about the order is in them."""
    assert menu_of() == ["approve", "cancel", "ask", "override", "history"]
    assert menu_of(override=Override.WITH_REASON) == menu_of()


def test_the_menu_of_a_tier_that_nobody_may_override() -> None:
    """Does not offer it."""
    assert menu_of(override=Override.NEVER) == ["approve", "cancel", "ask", "history"]


@pytest.mark.parametrize(
    ("kind", "callback", "optional"),
    [
        (MenuChoice.APPROVE, CallbackId.APPROVE, {FieldId.TEXT: True}),
        (MenuChoice.CANCEL, CallbackId.CANCEL, {FieldId.TEXT: False}),
        (MenuChoice.ASK, CallbackId.ASK, {FieldId.TEXT: False}),
        (MenuChoice.OVERRIDE, CallbackId.OVERRIDE, {FieldId.VERDICT: False, FieldId.TEXT: False}),
    ],
)
def test_each_choice_has_its_form(
    kind: MenuChoice, callback: CallbackId, optional: dict[FieldId, bool]
) -> None:
    """Which Slack takes, which names the order, and which remembers what it was opened from."""
    form = a_form(kind)
    view = card_modal(form)
    accept_view(view)
    assert view["callback_id"] == callback
    assert {field: block["optional"] for field, block in inputs(view).items()} == optional
    assert CardModalMetadata.model_validate_json(view["private_metadata"]) == form
    assert "Order ord-1" in json.dumps(view["blocks"])


def test_nothing_is_chosen_beforehand_for_whoever_decides_alone() -> None:
    """It has to be meant."""
    element = inputs(card_modal(a_form(MenuChoice.OVERRIDE)))[FieldId.VERDICT]["element"]
    assert "initial_option" not in element
    assert [option["value"] for option in element["options"]] == ["approve", "cancel"]


def test_the_form_of_an_answer_and_the_apology() -> None:
    """Both are ones that Slack takes."""
    form = AnswerModalMetadata(value=AnswerValue(order_id="ord-1", question_id="q-1"), channel="D0BOB0001")
    view = answer_modal(form)
    accept_view(view)
    assert AnswerModalMetadata.model_validate_json(view["private_metadata"]) == form
    accept_view(error_modal("This form is not one of mine."))


@generous
@given(strategies.orders)
def test_any_order_can_be_shown_in_the_form_that_amends_it(order: Order) -> None:
    """Ten thousand characters included: what does not fit is not to be changed there."""
    short = order.model_copy(update={"ship_to": order.ship_to[:1000], "note": (order.note or "")[:1000]})
    form = AmendModalMetadata(order_id="ord-1", revision=3, channel="C0GENERAL")
    view = amend_modal(form, short)
    accept_view(view)
    assert AmendModalMetadata.model_validate_json(view["private_metadata"]) == form
    for text in texts(view["blocks"]):
        assert text["type"] == "plain_text"
        assert "<" not in text["text"]


questions = st.builds(
    lambda by, text, answer: Question(
        question_id="q-1",
        by=by,
        at=NOW,
        text=text,
        answer=None if answer is None else Answer(by=by, at=NOW, text=answer),
    ),
    strategies.actors,
    strategies.words,
    st.none() | strategies.words,
)


@generous
@given(
    strategies.views,
    st.sampled_from(NotificationKind),
    questions,
    st.none() | st.just(CARD),
    st.lists(st.just("U0ALICE01"), max_size=40),
)
def test_any_notice_is_one_that_slack_takes(
    view: OrderView, kind: NotificationKind, question: Question, ref: MessageRef | None, users: list[str]
) -> None:
    """In the thread, as a direct message and in a channel."""
    gate = view.gate.model_copy(update={"questions": (question,)})
    asked = NotifyPeople.model_construct(
        card_view=order_card(view.model_copy(update={"gate": gate})),
        card=ref,
        notification=Notification(kind=kind, number=1, at=NOW),
        people=("U0ALICE01",),
        excluded=(),
        channels=(),
    )
    for message in (in_thread(asked, tuple(users)), direct(asked), in_channel(asked)):
        check(message)
    has_button = bool(buttons(direct(asked)))
    assert has_button == (kind is NotificationKind.QUESTION)


def event(event_type: str, /, *, actor: str | None = None, **detail: Any) -> Event:
    """One line of the audit log."""
    return Event(1, "ord-1", event_type, actor, detail, NOW, NOW)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (event("order.received"), "order received"),
        (event("status.SHIPPED"), "the order has been shipped"),
        (event("status.FAILED", reason="<lost>"), "the order failed “&lt;lost&gt;”"),
        (event("status.NEW_ONE"), "the order NEW ONE"),
        (event("policy.resolved", tier="500 and more"), "tier “500 and more”"),
        (event("gate.reminded", number=2), "reminded (2)"),
        (
            event("decision.counted", actor="slack_user:U0ALICE01", kind="approve", counted=1, needed=2),
            "<@U0ALICE01> · approval: counted (1 of 2)",
        ),
        (
            event("decision.recorded", actor="operator:root@host", kind="cancel", note="dear", override=True),
            "operator root@host · cancellation: recorded, as an override “dear”",
        ),
        (
            event("decision.recorded", kind="approve", on_behalf_of="U0CAROL01"),
            "approval for <@U0CAROL01>: recorded",
        ),
        (
            event("information.requested", kind="question", text="Why?", verdict="recorded"),
            "question requested (recorded) “Why?”",
        ),
        (
            event("information.refused", kind="answer", text="So", verdict="not_the_requester"),
            "answer refused (not the requester) “So”",
        ),
        (event("order.amended", revision=2), "order amended (2)"),
        (event("payment.charged"), "payment charged"),
    ],
)
def test_each_line_of_the_history_is_in_words(line: Event, said: str) -> None:
    """With the time in the reader's own zone."""
    message = history("ord-1", [line])
    assert message.text.endswith(said)
    assert "<!date^" in message.text
    check(message)


def test_the_newest_lines_come_last_and_the_oldest_are_left_out() -> None:
    """Saying how many."""
    events = [event("gate.reminded", number=n) for n in range(30)]
    message = history("ord-1", events)
    for shown in (message.text, json.dumps(message.blocks)):
        assert "10 earlier lines are not shown" in shown
        assert "(9)" not in shown
        assert shown.index("(10)") < shown.index("(29)")
    assert message.text.count("reminded") == MAX_SHOWN


def test_the_text_keeps_the_newest_lines() -> None:
    """Where they do not all fit."""
    events = [event("decision.recorded", kind="approve", note="<" * 150, decision=n) for n in range(19)]
    message = history("ord-1", [*events, event("status.SHIPPED")])
    check(message)
    assert message.text.endswith("the order has been shipped")


def test_a_history_that_nobody_knows() -> None:
    """Says so."""
    assert "knows no order" in history("ord-1", []).text


details = st.dictionaries(
    st.sampled_from(
        ["kind", "note", "reason", "text", "tier", "verdict", "number", "counted", "on_behalf_of"]
    ),
    strategies.words | st.integers() | st.none() | st.lists(st.integers(), max_size=2),
    max_size=5,
)
events = st.builds(
    lambda kind, actor, detail: Event(1, "ord-1", kind, actor, detail, NOW, NOW),
    st.sampled_from(["decision.counted", "status.SHIPPED", "order.amended", "information.given", "x"])
    | strategies.words,
    st.none() | strategies.words | strategies.actor_ids.map("slack_user:{}".format),
    details,
)


@generous
@given(st.lists(events, min_size=1, max_size=25))
def test_any_history_is_one_that_slack_takes(lines: list[Event]) -> None:
    """Whatever is in the audit log."""
    message = history("ord-1", lines)
    check(message)
    check_brackets(message.text)
