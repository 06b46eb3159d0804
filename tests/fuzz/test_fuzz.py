"""A short run of every fuzz target; `make fuzz` runs them for longer."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, example, given, settings

from tests.fuzz import parsers, payloads, texts
from tests.fuzz.payloads import GENUINE, Json
from tests.fuzz.whole_app import Bench, bench

few = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.function_scoped_fixture,
        HealthCheck.data_too_large,
    ],
)


@pytest.fixture(scope="module")
def app() -> Iterator[Bench]:
    """Made once: a payload leaves nothing behind."""
    with bench() as made:
        yield made


@few
@given(payloads.payloads)
def test_any_payload_is_understood_or_refused(body: Json) -> None:
    """By every parser."""
    parsers.check_payload(body)


@few
@given(texts.texts)
@example("delegate <@U0BOB0001> until 9999-12-31")
def test_anything_typed_behind_the_command_is_answered(text: str) -> None:
    """With a message that Slack takes."""
    parsers.check_command(text)
    parsers.check_until(text)


@few
@given(texts.texts)
def test_anything_typed_at_the_command_line_is_read_or_refused(text: str) -> None:
    """Lines, durations, orders."""
    parsers.check_cli(text)


@few
@given(payloads.payloads)
def test_any_payload_gets_an_answer_of_the_whole_app(app: Bench, body: Json) -> None:
    """Through Bolt and every listener, with nothing in the log that somebody would have to look at."""
    app.check(body)


@pytest.mark.parametrize("body", GENUINE)
def test_genuine_payloads_are_answered(app: Bench, body: Json) -> None:
    """Else the fuzzing of what is made of them would show little."""
    app.check(body)
