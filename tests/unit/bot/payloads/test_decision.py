"""A click on a card's button becomes a decision, or is refused."""

import contextlib
import copy
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ids import ButtonValue, ListWhich, PageValue
from bot.payloads.block_actions.decision_click import parse_decision_click
from bot.payloads.block_actions.list_page_click import ListPageClick, parse_list_page_click
from bot.payloads.decision import SlackDecision
from bot.payloads.schemas import PayloadRefused, response_url_of
from bot.payloads.slash_command import MAX_TEXT, SlashCommand, parse_slash_command
from bot.web_api.identity import Identity
from orchestration.domain.approval.decision import DecisionKind

VALUE = ButtonValue(order_id="ord-1", revision=2, groups=("S0FINANCE",))
OURS = Identity("T0TEAM001", "Acme", "U0BOTUSER", "B0BOT0001", app_id="A0APP0001")
URL = "https://hooks.slack.com/actions/T0TEAM001/1/x"


def a_click(**action: Any) -> dict[str, Any]:
    """As Slack sends it."""
    return {
        "type": "block_actions",
        "user": {"id": "U0ALICE01", "username": "alice", "team_id": "T0TEAM001"},
        "api_app_id": "A0APP0001",
        "container": {
            "type": "message",
            "message_ts": "1700000000.000100",
            "channel_id": "C0APPROVE",
            "is_ephemeral": False,
        },
        "team": {"id": "T0TEAM001", "domain": "acme"},
        "enterprise": None,
        "is_enterprise_install": False,
        "response_url": URL,
        "message": {
            "bot_id": "B0BOT0001",
            "blocks": [
                {"type": "actions", "elements": [{"action_id": "order_approve", "value": VALUE.encode()}]}
            ],
        },
        "actions": [
            {
                "type": "button",
                "action_id": "order_approve",
                "block_id": "order_decide",
                "value": VALUE.encode(),
                "action_ts": "1700000002.026280",
            }
            | action
        ],
    }


def a_command(text: str = "status ord-1") -> dict[str, Any]:
    """As Slack sends it."""
    return {
        "command": "/order",
        "text": text,
        "user_id": "U0ALICE01",
        "team_id": "T0TEAM001",
        "channel_id": "C0APPROVE",
        "api_app_id": "A0APP0001",
        "response_url": URL,
        "trigger_id": "1.2.abc",
        "is_enterprise_install": "false",
    }


def test_a_click_is_a_decision_at_the_time_of_slacks_clock() -> None:
    """Not of its arrival."""
    click = parse_decision_click(a_click(), OURS)
    assert click.kind is DecisionKind.APPROVE
    assert click.value == VALUE
    assert (click.user, click.channel) == ("U0ALICE01", "C0APPROVE")
    assert click.decided_at == datetime(2023, 11, 14, 22, 13, 22, 26280, tzinfo=UTC)


def test_the_same_click_is_the_same_decision() -> None:
    """Whatever else is in the envelope."""
    again = a_click() | {"trigger_id": "another", "response_url": URL + "y"}
    assert parse_decision_click(a_click()).decision_id == parse_decision_click(again).decision_id


@pytest.mark.parametrize(
    "other",
    [
        a_click(action_ts="1700000002.026281"),
        a_click(action_id="order_cancel"),
        a_click() | {"user": {"id": "U0BOB0001"}},
        a_click() | {"container": a_click()["container"] | {"message_ts": "1700000000.000200"}},
        a_click() | {"container": a_click()["container"] | {"channel_id": "C0OTHER"}},
    ],
)
def test_another_click_is_another_decision(other: dict[str, Any]) -> None:
    """Every part of the click counts."""
    assert parse_decision_click(a_click()).decision_id != parse_decision_click(other).decision_id


@pytest.mark.parametrize(
    "value",
    [
        "",
        "ord_1042",
        "{}",
        "[]",
        "null",
        '{"order_id":"ord-1"}',
        '{"order_id":"ord-1","revision":"1"}',
        '{"order_id":"ord-1","revision":0}',
        '{"order_id":"../etc","revision":1}',
        '{"order_id":"ord-1","revision":1,"groups":["U0ALICE01"]}',
        '{"order_id":"ord-1","revision":1,"extra":1}',
        "x" * 3000,
    ],
)
def test_a_value_that_is_not_ours_is_refused(value: str) -> None:
    """Strictly."""
    with pytest.raises(PayloadRefused):
        parse_decision_click(a_click(value=value))


@pytest.mark.parametrize("ts", ["", "now", "1e9", "-1.0", "99999999999999.1", "1700000002"])
def test_a_time_that_is_none_is_refused(ts: str) -> None:
    """And overflows nothing."""
    with pytest.raises(PayloadRefused):
        parse_decision_click(a_click(action_ts=ts))


def test_a_list_button_decides_nothing_and_a_decision_turns_no_page() -> None:
    """Each goes only where it belongs."""
    with pytest.raises(PayloadRefused):
        parse_decision_click(a_click(action_id="order_list_more"))
    with pytest.raises(PayloadRefused):
        parse_list_page_click(a_click())
    value = PageValue(which=ListWhich.ALL, cursor="abc")
    page = parse_list_page_click(a_click(action_id="order_list_more", value=value.encode()))
    assert page.value == value


def test_noise_behind_the_command_is_cut() -> None:
    """Not refused: the user is told what would have been right."""
    assert len(parse_slash_command(a_command("x" * 10_000)).text) == MAX_TEXT


def test_the_largest_value_fits_a_button() -> None:
    """2,000 characters."""
    groups = tuple(f"S{n:020d}" for n in range(50))
    value = ButtonValue(order_id="x" * 64, revision=10**9, groups=groups)
    assert len(value.encode()) <= 2000


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)


def _places(value: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, each in inside for place in _places(each, (*path, key)))]


@st.composite
def mangled(draw: st.DrawFn) -> object:
    """A real payload with one part replaced or gone."""
    body: Any = copy.deepcopy(draw(st.sampled_from([a_click(), a_command()])))
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
def test_anything_at_all_is_a_command_or_refused(body: object) -> None:
    """No other exception, whatever Slack or somebody else sends."""
    for parse, kind in (
        (parse_decision_click, SlackDecision),
        (parse_list_page_click, ListPageClick),
        (parse_slash_command, SlashCommand),
    ):
        parsed: object = None
        with contextlib.suppress(PayloadRefused):
            parsed = parse(body, OURS)
        assert parsed is None or isinstance(parsed, kind)
    assert response_url_of(body) is None or isinstance(body, dict)
