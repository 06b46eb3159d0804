"""Replays workflow histories against the installed code, to find what a deploy would break."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from google.protobuf.json_format import ParseError
from temporalio.client import Client, WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DataConverter
from temporalio.service import RPCError, RPCStatusCode

from orchestration.contracts import names
from orchestration.domain.errors import CountersignError, OrderNotFound

PREFETCH = 8
"""How many histories are fetched ahead of the one that is replayed. A long one has 2,000 events."""
_LONGEST_PROBLEM = 300
"""Characters."""

_RUNNING = (
    'ExecutionStatus = "Running" AND WorkflowType IN '
    f'("{names.ORDER_WORKFLOW}", "{names.REFUND_WORKFLOW}", "{names.SHIPPING_WORKFLOW}")'
)


class InvalidHistory(CountersignError):
    """A file is not a workflow history."""


@dataclass(frozen=True, slots=True)
class ReplayResult:
    """The result of replaying one history. `problem` is one line; None if the workflow would go on."""

    workflow_type: str
    workflow_id: str
    run_id: str
    problem: str | None


async def replay_histories(
    histories: AsyncIterator[WorkflowHistory], data_converter: DataConverter = pydantic_data_converter
) -> AsyncIterator[ReplayResult]:
    """Replay each history as it comes. Nothing outside the process is called."""
    # Imported here, because the workers import all activities, which other CLI commands should not wait for.
    from orchestration.worker.workers import build_replayer

    async with build_replayer(data_converter).workflow_replay_iterator(histories) as results:
        async for each in results:
            failure = each.replay_failure
            started = each.history.events[0].workflow_execution_started_event_attributes
            yield ReplayResult(
                workflow_type=started.workflow_type.name,
                workflow_id=each.history.workflow_id,
                run_id=each.history.run_id,
                problem=None if failure is None else _in_one_line(failure),
            )


async def running_histories(client: Client, limit: int | None = None) -> AsyncIterator[WorkflowHistory]:
    """Fetch the histories of all running workflows, some of them ahead of the replay.

    Workflows that close meanwhile are included, and those that Temporal has deleted by then are left out.
    """
    pending: deque[asyncio.Task[WorkflowHistory | None]] = deque()
    try:
        async for each in client.list_workflows(_RUNNING, limit=limit):
            pending.append(asyncio.create_task(_fetch(client, each.id, each.run_id)))
            if len(pending) == PREFETCH and (history := await pending.popleft()) is not None:
                yield history
        while pending:
            if (history := await pending.popleft()) is not None:
                yield history
    finally:
        for fetch in pending:
            fetch.cancel()


async def order_histories(client: Client, order_id: str) -> AsyncIterator[WorkflowHistory]:
    """Fetch the histories of an order, its shipping and its latest refund. Raises OrderNotFound."""
    ids = (
        names.order_workflow_id(order_id),
        names.shipping_workflow_id(order_id),
        names.refund_workflow_id(order_id),
    )
    for number, workflow_id in enumerate(ids):
        if (history := await _fetch(client, workflow_id)) is not None:
            yield history
        elif number == 0:
            raise OrderNotFound(f"There is no order {order_id}.")


async def read_histories(files: Sequence[Path]) -> AsyncIterator[WorkflowHistory]:
    """Read histories as `temporal workflow show --output json` writes them. Raises InvalidHistory."""
    for path in files:
        try:
            history = WorkflowHistory.from_json("", path.read_text(encoding="utf-8"))
            started = history.events[0].workflow_execution_started_event_attributes
        except OSError as error:
            raise InvalidHistory(f"{path}: {error.strerror}") from error
        # What the parser raises for other kinds of files.
        except (ValueError, LookupError, TypeError, AttributeError, ParseError) as error:
            raise InvalidHistory(f"{path} is not a workflow's history as JSON.") from error
        if not started.workflow_type.name:
            raise InvalidHistory(f"{path} is not a workflow's history as JSON.")
        # Our workflows read the id of their order from the workflow id, which stands nowhere else in a file.
        yield WorkflowHistory(started.workflow_id or path.stem, history.events)


async def _fetch(client: Client, workflow_id: str, run_id: str | None = None) -> WorkflowHistory | None:
    try:
        return await client.get_workflow_handle(workflow_id, run_id=run_id).fetch_history()
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return None
        raise


def _in_one_line(failure: Exception) -> str:
    text = " ".join(str(failure).split())
    return f"{text[:_LONGEST_PROBLEM]}..." if len(text) > _LONGEST_PROBLEM else text
