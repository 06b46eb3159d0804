"""The budget of a stop adds up, wherever it is written down."""

import re
from datetime import timedelta

import pytest

from bot.replicas import Rhythm
from bot.socket import Pace
from orchestration import stopping
from orchestration.retries import TRY_TIME_LIMIT
from orchestration.worker import GRACE
from tests.unit.docs.repo import compose, text


def test_the_parts_fit_into_the_whole() -> None:
    """Worker and socket side by side, even one that was being opened; then three more in turn."""
    socket = stopping.CLOSE + 2 * stopping.ACKS + max(stopping.CLOSE, stopping.ANSWERS)
    rest = 3 * stopping.CONNECTIONS
    assert max(stopping.ACTIVITIES, socket) + rest <= stopping.LAST_RESORT < stopping.LIMIT
    assert Rhythm().patience <= stopping.CONNECTIONS


def test_every_part_is_the_one_that_is_used() -> None:
    """And a try that runs when the stop comes can end, so that no other is begun for it."""
    assert timedelta(seconds=stopping.ACTIVITIES) == GRACE > TRY_TIME_LIMIT
    pace = Pace()
    assert (pace.acks, pace.close, pace.finish) == (stopping.ACKS, stopping.CLOSE, stopping.ANSWERS)


@pytest.mark.parametrize("service", ["bot", "orchestration"])
def test_compose_waits_for_as_long(service: str) -> None:
    """It kills afterwards."""
    given = float(compose()["services"][service]["stop_grace_period"].removesuffix("s"))
    assert given >= stopping.LIMIT


def test_the_readme_says_the_same() -> None:
    """Within how many seconds a process is out."""
    [said] = re.findall(r"SIGTERM.*?(\d+) seconds", text("README.md"))
    assert float(said) == stopping.LIMIT
