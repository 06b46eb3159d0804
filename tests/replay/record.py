"""`python -m tests.replay.record [--all] [scenario ...]` records the histories that the replay tests read.

Without arguments only scenarios without a stored history run. `--all` records every history anew, in about a
minute. As long as nothing runs in production, do that after a change of an activity's input, a model in it,
or of a workflow's commands.

Once orders run in production, never record a history anew to make a failing replay pass: the order for which
it stands would break in a deploy. Such a change needs `workflow.patched`.
"""

import argparse
import asyncio
import tempfile
from collections.abc import Collection
from pathlib import Path

from temporalio.client import Client, WorkflowFailureError
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.service import RPCError

from localdev.temporal import TemporalServer
from orchestration.contracts import names
from tests.replay.history_files import HISTORIES, write_history
from tests.replay.scenarios import SCENARIOS
from tests.replay.scenarios.base import Scenario
from tests.workflows.fake_activities import FakeActivities, running_workers
from tests.workflows.running_refund import FakeRefundActivities


async def record(scenarios: Collection[Scenario]) -> None:
    """Run the scenarios one after the other on a Temporal server of their own, and store their histories."""
    HISTORIES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        async with TemporalServer(log=Path(folder) / "temporal.log") as server:
            client = await Client.connect(
                server.address, data_converter=pydantic_data_converter, identity="recorder"
            )
            for scenario in scenarios:
                await _record(client, scenario)


async def _record(client: Client, scenario: Scenario) -> None:
    name = scenario.__name__
    order_id = name.replace("_", "-")
    fakes = FakeRefundActivities() if order_id.startswith("refund-") else FakeActivities(order_id)
    async with running_workers(fakes, client):
        case = await scenario(client, fakes, order_id)
        try:
            await case.handle.result()
        except WorkflowFailureError as cancelled:
            print(f"{name}: {cancelled.cause}")
    for old in HISTORIES.glob(f"{name}.*"):
        old.unlink()
    subject = case.handle.id.partition("-")[0]
    await _store(client, f"{name}.{subject}", case.handle.id, case.handle.first_execution_run_id)
    try:
        await _store(client, f"{name}.shipping", names.shipping_workflow_id(order_id))
    except RPCError:
        print(f"{name}: not shipped")


async def _store(client: Client, name: str, workflow_id: str, run_id: str | None = None) -> None:
    """Store the history of a run, and of the runs after it if it continued as new."""
    history = await client.get_workflow_handle(workflow_id, run_id=run_id).fetch_history()
    write_history(name, history)
    next_run_id = history.events[-1].workflow_execution_continued_as_new_event_attributes.new_execution_run_id
    if next_run_id:
        await _store(client, f"{name}.later", workflow_id, next_run_id)


def main() -> None:
    """Read the arguments and record."""
    by_name = {scenario.__name__: scenario for scenario in SCENARIOS}
    parser = argparse.ArgumentParser(prog="python -m tests.replay.record", description=__doc__)
    parser.add_argument("scenarios", nargs="*", help="names of scenarios to record anew")
    parser.add_argument("--all", action="store_true", help="record every history anew")
    arguments = parser.parse_args()
    if unknown := set(arguments.scenarios) - set(by_name):
        parser.error(f"no such scenario: {', '.join(sorted(unknown))}")
    if arguments.all:
        wanted = list(by_name)
        for old in HISTORIES.glob("*.json"):
            old.unlink()
    else:
        wanted = arguments.scenarios or [name for name in by_name if not [*HISTORIES.glob(f"{name}.*")]]
    asyncio.run(record([by_name[name] for name in wanted]))


if __name__ == "__main__":
    main()
