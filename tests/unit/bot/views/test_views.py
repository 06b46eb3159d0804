"""Cards, lists and answers keep to Slack's limits, and their text says what their blocks say."""

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.block_kit.text import Json, Message
from bot.commands.order_command import MissingOrderId, UnknownCommand, UnknownList, Word
from bot.ids import ActionId, ButtonValue, ListWhich
from bot.views.card import card
from bot.views.help import help_message, not_understood
from bot.views.order_list import PAGE_SIZE, order_list
from bot.views.order_status import status, stored_status
from bot.views.reply import reply
from orchestration.domain.actor import Actor, ActorKind
from orchestration.domain.approval.gate import Gate
from orchestration.domain.approval.verdict import Outcome, OutcomeKind
from orchestration.domain.card import order_card
from orchestration.domain.order.order import Order
from orchestration.domain.order.status import OrderStatus
from orchestration.domain.order.view import OrderView, PaymentState
from orchestration.domain.policy.tier import Requirement, Tier
from orchestration.ports.orders import OrderPage, OrderRow
from orchestration.ports.workflows import Execution, FailingActivity
from tests.support.orders import an_order
from tests.unit.bot import strategies
from tests.unit.bot.slack_rules import check
from tests.unit.bot.strategies import NOW

ALICE = Actor(kind=ActorKind.SLACK_USER, id="U0ALICE01")
TIER = Tier(
    name="500 and more",
    requirements=(Requirement(group="approvers", members=("U0CAROL01", "S0FINANCE")),),
    expires_after=NOW - NOW,
)
generous = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def a_view(**fields: object) -> OrderView:
    """An order that waits for approval."""
    base = OrderView(
        order_id="ord-1",
        version=3,
        status=OrderStatus.PENDING_MANUAL_APPROVAL,
        order=an_order(),
        gate=Gate(requester="U0BOB0001", tier=TIER, deadline=NOW),
        updated_at=NOW,
    )
    return base.model_copy(update=fields)


def decided(kind: OutcomeKind = OutcomeKind.APPROVED, note: str | None = None) -> Gate:
    """The gate of an order that Alice has decided."""
    outcome = Outcome(kind=kind, by=ALICE, at=NOW, note=note)
    return Gate(requester="U0BOB0001", tier=TIER, deadline=NOW, outcome=outcome)


def a_row(order: Order, status: OrderStatus = OrderStatus.SHIPPED, reason: str | None = None) -> OrderRow:
    """What the database knows of it."""
    return OrderRow(order, status, 1, "tier", NOW, reason, NOW, NOW)


def buttons(message: Message) -> list[Json]:
    """Everything clickable."""
    return [each for block in message.blocks if block["type"] == "actions" for each in block["elements"]]


@generous
@given(strategies.views)
def test_any_card_is_one_that_slack_takes(view: OrderView) -> None:
    """Ten thousand characters, emoji and forged mentions included."""
    check(card(order_card(view)))


@generous
@given(strategies.views, st.none() | strategies.executions)
def test_any_status_is_one_that_slack_takes(view: OrderView, execution: Execution | None) -> None:
    """The same for the answer to /order status."""
    check(status(view, execution))


@generous
@given(strategies.orders, st.sampled_from(OrderStatus), st.none() | strategies.words)
def test_any_stored_status_is_one_that_slack_takes(
    order: Order, stored: OrderStatus, reason: str | None
) -> None:
    """The same when only the database could be asked, and it is marked so."""
    message = stored_status(a_row(order, stored, reason), None, "no worker answers")
    check(message)
    assert "(from the database: no worker answers)" in json.dumps(message.blocks)


@generous
@given(st.lists(strategies.orders, max_size=PAGE_SIZE), st.sampled_from(ListWhich), st.booleans())
def test_any_list_is_one_that_slack_takes(orders: list[Order], which: ListWhich, more: bool) -> None:
    """A full page too."""
    page = OrderPage(tuple(map(a_row, orders)), "cursor" if more and orders else None)
    message = order_list(page, which)
    check(message)
    assert bool(buttons(message)) == (page.next_cursor is not None)


@generous
@given(strategies.words)
def test_any_words_fit_a_reply_and_a_complaint(words: str) -> None:
    """Three thousand characters of noise behind /order are quoted short and escaped."""
    check(reply(words))
    check(not_understood(UnknownCommand(words, (Word.STATUS,))))
    check(not_understood(MissingOrderId(Word.STATUS, words)))
    check(not_understood(UnknownList(words)))


def test_help_is_one_that_slack_takes() -> None:
    """And names every word."""
    message = help_message()
    check(message)
    assert all(f"/order {word}" in message.text for word in Word)


def test_an_open_card_has_both_buttons_with_the_order_in_their_value() -> None:
    """Each confirm dialog repeats amount and customer; each button has a label for screen readers."""
    approve, cancel, _menu = buttons(card(order_card(a_view())))
    assert (approve["action_id"], approve["style"]) == (ActionId.APPROVE, "primary")
    assert (cancel["action_id"], cancel["style"]) == (ActionId.CANCEL, "danger")
    for button in (approve, cancel):
        assert button["confirm"]["text"]["text"] == "1,200.00 EUR for Nordwind GmbH"
        assert "ord-1" in button["accessibility_label"]
        value = ButtonValue.model_validate_json(button["value"])
        assert value == ButtonValue(order_id="ord-1", revision=1, groups=("S0FINANCE",))


def test_an_open_card_says_who_must_approve_how_far_it_is_and_when_it_expires() -> None:
    """In the blocks and in the text."""
    message = card(order_card(a_view()))
    for shown in (message.text, json.dumps(message.blocks, ensure_ascii=False)):
        for said in (
            "ord-1",
            "1,200.00 EUR",
            "Nordwind GmbH",
            "<@U0BOB0001>",
            "<@U0CAROL01>",
            "<!subteam^S0FINANCE>",
            "0 of 1",
            "500 and more",
            "<!date^",
            "4 × Office chair (CHAIR-9): 996.00 EUR",
            "Hafenstrasse 1",
        ):
            assert said in shown, said


def test_a_decided_card_has_no_buttons_and_says_who_when_and_why() -> None:
    """The record stays."""
    view = a_view(
        status=OrderStatus.FAILED,
        gate=decided(note="fine by me"),
        payment=PaymentState.REFUNDED,
        tracking="TRACK-7",
        reason="the carrier lost it",
    )
    message = card(order_card(view))
    assert buttons(message) == []
    for shown in (message.text, json.dumps(message.blocks, ensure_ascii=False)):
        for said in (
            "Approved by <@U0ALICE01>",
            "fine by me",
            "Payment: refunded",
            "TRACK-7",
            "the carrier lost it",
        ):
            assert said in shown, said


def test_a_cancel_after_the_approval_shows_both() -> None:
    """First who approved, then who cancelled."""
    cancel = Outcome(kind=OutcomeKind.CANCELLED, by=ALICE, at=NOW)
    text = card(order_card(a_view(status=OrderStatus.CANCELLED, gate=decided(), cancel=cancel))).text
    assert text.index("Approved by") < text.index("Cancelled by")


def test_a_cancel_that_is_still_being_carried_out() -> None:
    """The card does not call the order approved any more."""
    cancel = Outcome(kind=OutcomeKind.CANCELLED, by=ALICE, at=NOW)
    message = card(order_card(a_view(status=OrderStatus.PAYMENT_CHARGED, gate=decided(), cancel=cancel)))
    assert message.text.startswith("🚫 Order ord-1 is being cancelled")


def test_only_the_first_lines_are_shown() -> None:
    """And how many more there are."""
    line = {"sku": "PEN-1", "description": "Pens", "quantity": 1, "unit_price": 200}
    message = card(order_card(a_view(order=an_order(lines=[line] * 8))))
    assert "and 3 more" in message.text


def test_the_status_shows_what_temporal_is_still_trying() -> None:
    """With the attempt, the reason and the next try."""
    trouble = FailingActivity("post_card", 7, "not_in_channel: invite the bot", NOW)
    execution = Execution("order-ord-1", "run", "RUNNING", NOW, None, (trouble,))
    message = status(a_view(), execution)
    for shown in (message.text, json.dumps(message.blocks)):
        assert "Waiting for post_card, attempt 7: not_in_channel: invite the bot" in shown
        assert "RUNNING" in shown


def test_an_empty_list_says_so() -> None:
    """Without a button."""
    assert order_list(OrderPage((), None), ListWhich.PENDING).text == "No order waits for approval."
