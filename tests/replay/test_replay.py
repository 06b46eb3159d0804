"""Replays the stored histories against the current code, so that no deploy breaks a running order."""

import base64
import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from temporalio import workflow
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DataConverter
from temporalio.worker import Replayer
from temporalio.workflow import NondeterminismError

from orchestration.contracts.names import ORDER_TASK_QUEUE
from orchestration.domain.approval.verdict import VerdictKind
from orchestration.domain.order.status import OrderStatus
from orchestration.domain.refund.refund import RefundStatus
from orchestration.keyring import new_entry, parse_keyring
from orchestration.temporal.encryption import data_converter
from orchestration.worker.workers import WORKFLOWS, build_replayer
from tests.replay.history_files import HISTORIES, history_files, read_history
from tests.replay.scenarios import SCENARIOS

FILES = history_files()


def replayer(converter: DataConverter = pydantic_data_converter) -> Replayer:
    """A replayer that is configured as the workers are."""
    return build_replayer(converter)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
async def test_a_stored_history_replays(path: Path) -> None:
    """The current code produces the same commands."""
    await replayer().replay_workflow(read_history(path))


async def test_they_replay_in_a_worker_that_encrypts() -> None:
    """Histories from before PAYLOAD_KEYS was set stay readable."""
    encrypting = replayer(converter=data_converter(parse_keyring(new_entry("2026-11"))))
    for path in FILES:
        await encrypting.replay_workflow(read_history(path))


def test_every_scenario_has_a_history() -> None:
    """Every scenario has a stored history, and every history a scenario."""
    orders = {path.stem.partition(".")[0] for path in FILES if not path.stem.endswith(".shipping")}
    assert orders == {scenario.__name__ for scenario in SCENARIOS}


def _payloads(event: object) -> Iterator[Any]:
    """The JSON values anywhere in an event."""
    if isinstance(event, dict):
        if isinstance(event.get("data"), str) and "metadata" in event:
            with contextlib.suppress(ValueError):  # a protobuf or an attribute that is no JSON
                yield json.loads(base64.b64decode(event["data"]))
        for value in event.values():
            yield from _payloads(value)
    elif isinstance(event, list):
        for value in event:
            yield from _payloads(value)


def _verdicts(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        verdict = value.get("verdict")
        if isinstance(verdict, dict):
            yield verdict["kind"]
        for each in value.values():
            yield from _verdicts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _verdicts(each)


def _ends(workflow_type: str) -> tuple[set[str], set[str]]:
    """Return how histories of a type end: the types of the last events, and the statuses in their results."""
    events, statuses = set(), set()
    for path in FILES:
        history = json.loads(path.read_text())["events"]
        started = history[0]["workflowExecutionStartedEventAttributes"]
        if started["workflowType"]["name"] == workflow_type:
            events.add(history[-1]["eventType"].removeprefix("EVENT_TYPE_WORKFLOW_EXECUTION_"))
            statuses |= {each.get("status", "") for each in _payloads(history[-1]) if isinstance(each, dict)}
    return events, statuses


@pytest.mark.parametrize(
    ("workflow_type", "statuses"),
    [
        ("OrderWorkflow", {each.value for each in OrderStatus if each.is_final}),
        ("RefundWorkflow", {each.value for each in RefundStatus if each.is_final}),
    ],
)
def test_every_end_has_a_history(workflow_type: str, statuses: set[str]) -> None:
    """Every final status, a cancellation in Temporal and a continue-as-new have a history."""
    ends, found = _ends(workflow_type)
    assert statuses <= found
    assert ends == {"COMPLETED", "CANCELED", "CONTINUED_AS_NEW"}


def test_every_workflow_type_has_a_history() -> None:
    """Every workflow type has histories; ShippingWorkflow completes, is cancelled and fails.

    ReconcileWorkflow needs none: it takes a minute, and another one follows.
    """
    types = {each.__name__ for workflows in WORKFLOWS.values() for each in workflows}
    assert types == {"OrderWorkflow", "RefundWorkflow", "ShippingWorkflow", "ReconcileWorkflow"}
    assert _ends("ShippingWorkflow")[0] == {"COMPLETED", "CANCELED", "FAILED"}


def test_every_verdict_has_a_history() -> None:
    """Every verdict that a workflow can give is in a history."""
    given = {
        kind
        for path in FILES
        for value in _payloads(json.loads(path.read_text()))
        for kind in _verdicts(value)
    }
    # A forged click is refused by the bot, and no workflow hears of it.
    assert given == {each.value for each in VerdictKind} - {VerdictKind.FORGED.value}


@workflow.defn(name="OrderWorkflow", sandboxed=False)
class Other:
    """An OrderWorkflow with other commands."""

    @workflow.run
    async def run(self, submission: object) -> None:
        """Only wait."""
        await workflow.sleep(1)


async def test_a_change_of_the_steps_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """The replay tests can fail: a history does not replay with other code."""
    monkeypatch.setitem(WORKFLOWS, ORDER_TASK_QUEUE, [Other])
    with pytest.raises(NondeterminismError):
        await replayer().replay_workflow(read_history(HISTORIES / "approved.order.json"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_stored_history_names_no_machine(path: Path) -> None:
    """A history contains neither paths nor user names of the machine that recorded it."""
    text = path.read_text()
    assert ".py" not in text
    assert {event.get("identity") for event in _attributes(text)} <= {None, "recorder", "history-service"}


def _attributes(text: str) -> list[dict[str, object]]:
    events = json.loads(text)["events"]
    return [value for event in events for value in event.values() if isinstance(value, dict)]
