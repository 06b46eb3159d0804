"""The time limits of a shutdown add up, in the code and in docker-compose.yml."""

import re
from datetime import timedelta

import pytest

from bot.socket_mode.timings import ReplicaTimings, SocketTimings
from orchestration.contracts.activity_options import START_TO_CLOSE
from orchestration.process import shutdown
from orchestration.worker.workers import ACTIVITY_SHUTDOWN_TIMEOUT
from tests.unit.docs.repo import compose, text


def test_the_parts_fit_into_the_whole() -> None:
    """Worker and socket side by side, even one that was being opened; then three more in turn."""
    socket = shutdown.CLOSE + 2 * shutdown.ACKS + max(shutdown.CLOSE, shutdown.ANSWERS)
    rest = 3 * shutdown.CONNECTIONS
    assert max(shutdown.ACTIVITIES, socket) + rest <= shutdown.FORCED_EXIT < shutdown.LIMIT
    assert ReplicaTimings().database_timeout <= shutdown.CONNECTIONS


def test_every_part_is_the_one_that_is_used() -> None:
    """And a try that runs when the stop comes can end, so that no other is begun for it."""
    assert timedelta(seconds=shutdown.ACTIVITIES) == ACTIVITY_SHUTDOWN_TIMEOUT > START_TO_CLOSE
    timings = SocketTimings()
    assert (timings.ack_timeout, timings.close_timeout, timings.drain_timeout) == (
        shutdown.ACKS,
        shutdown.CLOSE,
        shutdown.ANSWERS,
    )


@pytest.mark.parametrize("service", ["bot", "orchestration"])
def test_compose_waits_for_as_long(service: str) -> None:
    """It kills afterwards."""
    given = float(compose()["services"][service]["stop_grace_period"].removesuffix("s"))
    assert given >= shutdown.LIMIT


def test_the_readme_says_the_same() -> None:
    """Within how many seconds a process is out."""
    [said] = re.findall(r"SIGTERM.*?(\d+) seconds", text("docs/operate.md"))
    assert float(said) == shutdown.LIMIT
