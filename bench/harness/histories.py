"""Counts the history events and workflow tasks of an order, together with those of its child."""

from collections import Counter
from dataclasses import dataclass

from temporalio.api.enums.v1 import EventType
from temporalio.client import Client

from orchestration.contracts.names import order_workflow_id, shipping_workflow_id


@dataclass(frozen=True, slots=True)
class Counts:
    """Of one order. `tasks` are completed workflow tasks."""

    events: int
    tasks: int
    activities: int


async def counts_of(client: Client, order_id: str) -> Counts:
    """Count the events of an order that has ended."""
    types: Counter[int] = Counter()
    for workflow_id in (order_workflow_id(order_id), shipping_workflow_id(order_id)):
        history = await client.get_workflow_handle(workflow_id).fetch_history()
        types.update(event.event_type for event in history.events)
    return Counts(
        events=types.total(),
        tasks=types[EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED],
        activities=types[EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED],
    )
