"""Payloads of other workspaces, apps and bots are refused, and buttons that their card does not have."""

import copy
from typing import Any

import pytest

from bot.ids import ButtonValue, CallbackId, MenuChoice
from bot.payloads.block_actions.answer_click import parse_answer_click
from bot.payloads.block_actions.card_menu import parse_menu_click
from bot.payloads.block_actions.decision_click import parse_decision_click
from bot.payloads.block_actions.list_page_click import parse_list_page_click
from bot.payloads.decision import ForgedDecision
from bot.payloads.schemas import PayloadRefused
from bot.payloads.slash_command import parse_slash_command
from bot.payloads.view_submissions.decision import parse_decision_submission
from bot.payloads.view_submissions.question import parse_answer_submission, parse_question_submission
from bot.web_api.client import is_slack_url
from bot.web_api.identity import Identity
from tests.unit.bot.payloads.test_decision import OURS, VALUE, a_click, a_command
from tests.unit.bot.payloads.test_view_submissions import (
    ANSWER,
    NOW,
    a_decision,
    a_menu,
    a_submission,
    an_answer_click,
)

ORGANISATION = Identity(None, "Acme", "U0BOTUSER", "B0BOT0001", app_id="A0APP0001", enterprise_id="E0ACME")
PAYLOADS: list[tuple[Any, dict[str, Any]]] = [
    (parse_decision_click, a_click()),
    (parse_menu_click, a_menu()),
    (parse_answer_click, an_answer_click()),
    (lambda body, ours: parse_decision_submission(body, ours, NOW), a_decision(order_text="fine")),
    (
        lambda body, ours: parse_question_submission(body, ours, NOW),
        a_decision(MenuChoice.ASK, order_text="why?"),
    ),
    (
        lambda body, ours: parse_answer_submission(body, ours, NOW),
        a_submission(CallbackId.ANSWER, ANSWER.encode(), order_text="so"),
    ),
]
OTHERS: list[tuple[dict[str, Any], str]] = [
    ({"team": {"id": "T0OTHER"}}, "T0OTHER"),
    ({"team": None}, "None"),
    ({"team": {"id": "T0OTHER"}, "is_enterprise_install": True}, "T0OTHER"),
    ({"is_enterprise_install": True}, "organisation"),
    ({"api_app_id": "A0OTHER"}, "A0OTHER"),
    ({"api_app_id": None}, "app None"),
    ({"user": {"id": "U0ALICE01", "team_id": "T0OTHER"}}, "T0OTHER"),
]


@pytest.mark.parametrize(("parse", "body"), PAYLOADS)
def test_ours_is_understood(parse: Any, body: dict[str, Any]) -> None:
    """Else the refusals below would show nothing."""
    parse(body, OURS)


@pytest.mark.parametrize(("parse", "body"), PAYLOADS)
@pytest.mark.parametrize(("other", "named"), OTHERS)
def test_other_workspaces_apps_and_their_users_are_refused(
    parse: Any, body: dict[str, Any], other: dict[str, Any], named: str
) -> None:
    """A payload cannot say of itself that it is for a whole organisation either."""
    with pytest.raises(PayloadRefused, match=named):
        parse(body | other, OURS)


@pytest.mark.parametrize(
    ("other", "named"),
    [
        ({"team_id": "T0OTHER"}, "T0OTHER"),
        ({"team_id": "T0OTHER", "is_enterprise_install": "true"}, "T0OTHER"),
        ({"is_enterprise_install": "true"}, "organisation"),
        ({"api_app_id": "A0OTHER"}, "A0OTHER"),
    ],
)
def test_commands_of_others_are_refused(other: dict[str, Any], named: str) -> None:
    """By the fields that a slash command has."""
    with pytest.raises(PayloadRefused, match=named):
        parse_slash_command(a_command() | other, OURS)


@pytest.mark.parametrize(("parse", "body"), PAYLOADS)
def test_what_another_bot_posted_or_opened_is_refused(parse: Any, body: dict[str, Any]) -> None:
    """A message, or a modal; one that does not say whose it is too."""
    for bot in ("B0OTHER", None):
        other = copy.deepcopy(body)
        other["view" if "view" in body else "message"]["bot_id"] = bot
        with pytest.raises(PayloadRefused, match=str(bot)):
            parse(other, OURS)
    with pytest.raises(PayloadRefused):
        parse({name: part for name, part in body.items() if name not in {"message", "view"}}, OURS)


def test_a_refused_decision_says_what_it_would_have_been() -> None:
    """So that it can be audited: of a button, and of a modal."""
    for parse, body in (PAYLOADS[0], PAYLOADS[3]):
        with pytest.raises(ForgedDecision) as caught:
            parse(body | {"team": {"id": "T0OTHER"}}, OURS)
        assert (caught.value.decision.value, caught.value.decision.user) == (VALUE, "U0ALICE01")


def test_a_list_of_another_workspace_is_refused() -> None:
    """Its pages are seen by one person only, so it has no message."""
    body = a_click(action_id="order_list_more", value='{"which":"all","cursor":"c"}')
    parse_list_page_click(body, OURS)
    with pytest.raises(PayloadRefused, match="T0OTHER"):
        parse_list_page_click(body | {"team": {"id": "T0OTHER"}}, OURS)


def test_in_an_organisation_the_organisation_counts() -> None:
    """Any of its workspaces, and people whose home is another one."""
    ours = {"enterprise": {"id": "E0ACME"}, "is_enterprise_install": True, "team": None}
    home = {"user": {"id": "U0ALICE01", "team_id": "T0HOME"}}
    parse_decision_click(a_click() | ours | home, ORGANISATION)
    with pytest.raises(ForgedDecision, match="E0OTHER"):
        parse_decision_click(a_click() | ours | {"enterprise": {"id": "E0OTHER"}}, ORGANISATION)
    with pytest.raises(ForgedDecision, match="None"):
        parse_decision_click(a_click(), ORGANISATION)
    # Installed in one workspace of a grid: the look-up of the account says whose the person is.
    parse_decision_click(a_click() | {"enterprise": {"id": "E0ACME"}} | home, OURS)


def a_card(*values: ButtonValue | str) -> dict[str, Any]:
    elements = [
        {"action_id": action, "value": value if isinstance(value, str) else value.encode()}
        for action, value in zip(("order_approve", "order_cancel"), values, strict=False)
    ]
    return {"message": {"bot_id": "B0BOT0001", "blocks": [{"type": "actions", "elements": elements}]}}


@pytest.mark.parametrize(
    "shown",
    [
        (VALUE.model_copy(update={"order_id": "ord-9"}),),
        (VALUE, VALUE.model_copy(update={"order_id": "ord-9"})),
        (VALUE.model_copy(update={"revision": 1}),),
        (VALUE.model_copy(update={"groups": ("S0FINANCE", "S0BARRED")}),),
        ("rubbish",),
    ],
)
def test_a_button_that_its_card_does_not_show_is_forged(shown: tuple[ButtonValue | str, ...]) -> None:
    """Another order, an earlier revision, other groups."""
    with pytest.raises(ForgedDecision):
        parse_decision_click(a_click() | a_card(*shown), OURS)


@pytest.mark.parametrize("shown", [(), (VALUE.model_copy(update={"revision": 3}),)])
def test_a_card_that_was_drawn_anew_meanwhile_is_left_to_the_workflow(shown: tuple[ButtonValue, ...]) -> None:
    """It says that the order is over, or has changed: somebody was faster, and forged nothing."""
    assert parse_decision_click(a_click() | a_card(*shown), OURS).value == VALUE


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://hooks.slack.com/actions/T0/1/x", True),
        ("https://hooks.slack-gov.com/actions/T0/1/x", True),
        ("http://hooks.slack.com/actions/T0/1/x", False),
        ("https://evil.example/x", False),
        ("https://evilslack.com/x", False),
        ("https://hooks.slack.com.evil.example/x", False),
        ("https://hooks.slack.com@evil.example/x", False),
        ("http://169.254.169.254/latest/meta-data", False),
        ("https://[broken", False),
    ],
)
def test_answers_go_to_slack_only(url: str, allowed: bool) -> None:
    """A payload cannot make the bot call other addresses."""
    assert is_slack_url(url, "https://slack.com/api/") is allowed


def test_answers_go_to_what_stands_in_for_slack() -> None:
    """By its address alone, port included."""
    api = "http://127.0.0.1:8090/api/"
    assert is_slack_url("http://127.0.0.1:8090/hooks/x", api)
    assert not is_slack_url("http://127.0.0.1:5432/hooks/x", api)


def test_a_card_of_any_json_is_refused_or_passed_over() -> None:
    """An action id that is a list fell over once; fuzzing found it."""
    body = a_click()
    body["message"]["blocks"][0]["elements"][0]["action_id"] = ["order_approve"]
    assert parse_decision_click(body, OURS).value == VALUE
