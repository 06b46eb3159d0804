"""Histories of every kind of order, replayed against today's code: no running order breaks by a deploy."""

import json
from pathlib import Path

import pytest
from temporalio import workflow
from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DataConverter
from temporalio.worker import Replayer
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner
from temporalio.workflow import NondeterminismError

from orchestration.codec import data_converter
from orchestration.keyring import new_entry, parse_keyring
from orchestration.worker import SANDBOX
from orchestration.workflows.order import OrderWorkflow
from orchestration.workflows.refund import RefundWorkflow
from orchestration.workflows.shipping import ShippingWorkflow
from tests.replay.record import HISTORIES, SCENARIOS

FILES = sorted(HISTORIES.glob("*.json"))


def read(path: Path) -> WorkflowHistory:
    """The stored history."""
    return WorkflowHistory.from_json(path.stem, path.read_text())


def replayer(*workflows: type, converter: DataConverter = pydantic_data_converter) -> Replayer:
    """As the workers are set up."""
    return Replayer(
        workflows=workflows or (OrderWorkflow, RefundWorkflow, ShippingWorkflow),
        data_converter=converter,
        workflow_runner=SandboxedWorkflowRunner(restrictions=SANDBOX),
    )


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
async def test_a_stored_history_replays(path: Path) -> None:
    """The same commands come out."""
    await replayer().replay_workflow(read(path))


async def test_they_replay_in_a_worker_that_encrypts() -> None:
    """PAYLOAD_KEYS was set after they began."""
    encrypting = replayer(converter=data_converter(parse_keyring(new_entry("2026-11"))))
    for path in FILES:
        await encrypting.replay_workflow(read(path))


def test_every_scenario_has_a_history() -> None:
    """Nothing was forgotten, and nothing is left over."""
    orders = {path.stem.partition(".")[0] for path in FILES if not path.stem.endswith(".shipping")}
    assert orders == {scenario.__name__ for scenario in SCENARIOS}


@workflow.defn(name="OrderWorkflow", sandboxed=False)
class Other:
    """An OrderWorkflow that takes other steps."""

    @workflow.run
    async def run(self, submission: object) -> None:
        """Only wait."""
        await workflow.sleep(1)


async def test_a_change_of_the_steps_is_caught() -> None:
    """This test can fail: other code on the same history is refused."""

    with pytest.raises(NondeterminismError):
        await replayer(Other, ShippingWorkflow).replay_workflow(read(HISTORIES / "approved.order.json"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_stored_history_names_no_machine(path: Path) -> None:
    """Neither its files nor who was logged in."""
    text = path.read_text()
    assert ".py" not in text
    assert {event.get("identity") for event in _attributes(text)} <= {None, "recorder", "history-service"}


def _attributes(text: str) -> list[dict[str, object]]:
    events = json.loads(text)["events"]
    return [value for event in events for value in event.values() if isinstance(value, dict)]
