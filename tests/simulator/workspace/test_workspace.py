"""Trigger ids, response urls and timestamps of the workspace, without a server."""

import time
from pathlib import Path

import pytest

from localdev.slack import seed
from localdev.slack.errors import SlackError
from localdev.slack.workspace.models import ResponseUrlKind
from localdev.slack.workspace.state_file import StateFile
from localdev.slack.workspace.timestamps import TimestampClock, as_microseconds, slack_ts
from localdev.slack.workspace.workspace import Workspace


def test_a_trigger_id_is_good_once_and_for_three_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = Workspace(seed.demo())
    used, late = workspace.triggers.new("U0ALICE01"), workspace.triggers.new("U0ALICE01")
    workspace.triggers.use(used)
    for trigger, error in ((used, "exchanged_trigger_id"), ("made.up", "invalid_trigger_id")):
        with pytest.raises(SlackError, match=error):
            workspace.triggers.use(trigger)
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + 3.1)
    with pytest.raises(SlackError, match="expired_trigger_id"):
        workspace.triggers.use(late)


def test_old_response_urls_are_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with StateFile(tmp_path / "slack.db") as state:
        workspace = Workspace(seed.demo(), state)
        old = workspace.response_urls.new(ResponseUrlKind.COMMANDS, "C0APPROVE", "U0ALICE01")
        now = time.time()
        monkeypatch.setattr(time, "time", lambda: now + 3601)
        hook = workspace.response_urls.new(ResponseUrlKind.COMMANDS, "C0APPROVE", "U0ALICE01")
        assert (workspace.response_urls.find(old.id), workspace.response_urls.find(hook.id)) == (None, hook)
        assert len(state.load("hook")) == 1


def test_the_clock_never_repeats_or_goes_back() -> None:
    clock = TimestampClock()
    future = slack_ts((int(time.time()) + 60) * 1_000_000)
    clock.seen(future)
    first, second = clock.next(), clock.next()
    assert future < first < second


@pytest.mark.parametrize(
    ("ts", "microseconds"),
    [("1.000002", 1_000_002), ("5", 5_000_000), ("5.5", 5_500_000), ("x", None), ("-1.0", None), ("", None)],
)
def test_timestamps_are_read_as_slack_reads_them(ts: str, microseconds: int | None) -> None:
    assert as_microseconds(ts) == microseconds
