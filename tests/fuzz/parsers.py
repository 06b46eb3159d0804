"""The parsers under fuzz. Each check fails on anything but a typed result or the parser's own refusal."""

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import typer

from bot.commands.delegate_command import Delegate, DelegateOff, InvalidDelegate, ShowDelegations
from bot.commands.order_command import Amend, Help, List, Refund, Status, parse_order_command
from bot.payloads.block_actions.answer_click import AnswerClick, parse_answer_click
from bot.payloads.block_actions.card_menu import MenuClick, parse_menu_click
from bot.payloads.block_actions.decision_click import parse_decision_click
from bot.payloads.block_actions.list_page_click import ListPageClick, parse_list_page_click
from bot.payloads.decision import SlackDecision
from bot.payloads.schemas import PayloadRefused, response_url_of
from bot.payloads.slash_command import SlashCommand, parse_slash_command
from bot.payloads.view_submissions.amendment import AmendmentSubmission, parse_amendment_submission
from bot.payloads.view_submissions.amendment_changes import parse_amendment
from bot.payloads.view_submissions.decision import parse_decision_submission
from bot.payloads.view_submissions.question import (
    AnswerSubmission,
    QuestionSubmission,
    parse_answer_submission,
    parse_question_submission,
)
from bot.payloads.view_submissions.text_fields import FieldErrors
from bot.views.delegation import complaint, invalid
from bot.views.help import not_understood
from orchestration.cli.options.order import OrderOptions, read_order
from orchestration.cli.options.times import parse_duration
from orchestration.domain.errors import OrderRefused
from orchestration.domain.order.amendment import AmendRequest
from orchestration.domain.order.line_text import parse_lines
from orchestration.domain.order.order import Order
from orchestration.domain.written_times.moments import parse_until
from tests.support.orders import an_order
from tests.unit.bot.payloads.test_decision import OURS
from tests.unit.bot.slack_rules import check

NOW = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
_PARSERS: list[tuple[Any, type]] = [
    (parse_decision_click, SlackDecision),
    (parse_list_page_click, ListPageClick),
    (parse_slash_command, SlashCommand),
    (parse_menu_click, MenuClick),
    (parse_answer_click, AnswerClick),
    (lambda body, ours: parse_decision_submission(body, ours, NOW), SlackDecision),
    (lambda body, ours: parse_question_submission(body, ours, NOW), QuestionSubmission),
    (lambda body, ours: parse_answer_submission(body, ours, NOW), AnswerSubmission),
    (lambda body, ours: parse_amendment_submission(body, ours, NOW), AmendmentSubmission),
]


def check_payload(body: object) -> None:
    """Every parser, with and without knowing who we are."""
    for parse, kind in _PARSERS:
        for ours in (OURS, None):
            result = _tried(partial(parse, body, ours))
            if isinstance(result, PayloadRefused):
                assert 0 < len(str(result)) <= 1000
            elif isinstance(result, FieldErrors):
                _check_sentences(result)
            else:
                assert isinstance(result, kind)
                if isinstance(result, AmendmentSubmission):
                    check_amendment(result)
    url = response_url_of(body)
    assert url is None or url.startswith("http")


def check_amendment(filled: AmendmentSubmission) -> None:
    """What was typed into the form is an amendment, or each field has a sentence."""
    order = an_order(order_id="ord-1")
    wanted = _tried(lambda: parse_amendment(filled, order, filled.metadata.revision))
    if isinstance(wanted, FieldErrors):
        _check_sentences(wanted)
    else:
        assert isinstance(wanted, AmendRequest)


def _tried(call: Callable[[], object]) -> object:
    try:
        return call()
    except (PayloadRefused, FieldErrors) as refused:
        return refused


def _check_sentences(wrong: FieldErrors) -> None:
    assert wrong.sentences
    assert all(sentence.strip() for sentence in wrong.sentences.values())


def check_command(text: str) -> None:
    """What is typed behind `/order` is understood, or answered with a message that Slack takes."""
    asked = parse_order_command(text)
    match asked:
        case Delegate():
            check_until(asked.until)
        case InvalidDelegate():
            check(invalid(asked))
        case Help() | Status() | List() | Amend() | Refund() | DelegateOff() | ShowDelegations():
            return
        case _:
            check(not_understood(asked))


def check_until(text: str) -> None:
    """The end of a delegation is a moment, or a sentence that Slack takes."""
    for zone in ("UTC", "Pacific/Apia", "Asia/Kathmandu"):
        try:
            moment = parse_until(text, NOW, zone)
        except ValueError as error:
            check(complaint(str(error)))
        else:
            assert moment.tzinfo is not None


def check_cli(text: str) -> None:
    """Lines, durations and orders of the command line."""
    lines, problems = parse_lines(text.split("\n"), "EUR")
    assert len(lines) == text.count("\n") + 1
    json.dumps([problem.model_dump() for problem in problems])
    with suppress(typer.BadParameter):
        assert timedelta(0) < parse_duration(text) <= timedelta(days=3650)
    options = OrderOptions(order_id="ord-1", customer=text, currency=text[:3], lines=(text,), ship_to=text)
    for each in (options, OrderOptions(note=text, requester=text, order_id=text)):
        with suppress(OrderRefused):
            assert isinstance(read_order(each), Order)
