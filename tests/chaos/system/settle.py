"""Waits until every workflow has ended or waits for people, after the last fault."""

import asyncio
import time
from typing import Any

from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHandle, WorkflowQueryFailedError
from temporalio.service import RPCError

from tests.chaos.plan.model import Plan

_POLL_INTERVAL = 2.0
_AT_ONCE = 8
_QUERY_LIMIT = 5.0


async def wait_until_settled(client: Client, plan: Plan, time_limit: float) -> dict[str, str]:
    """Wait until every workflow has ended, or waits for people with its card drawn.

    Returns what had not settled after `time_limit` seconds, with the reason.
    """
    left = {f"order-{each.order_id}": "" for each in plan.orders}
    left |= {f"refund-{each.order_id}": "" for each in plan.orders}
    give_up = time.monotonic() + time_limit
    turns = asyncio.Semaphore(_AT_ONCE)

    async def look(workflow_id: str) -> tuple[str, str | None]:
        async with turns:
            return workflow_id, await _unsettled(client.get_workflow_handle(workflow_id))

    while True:
        found = await asyncio.gather(*map(look, left))
        left = {workflow_id: why for workflow_id, why in found if why is not None}
        if not left or time.monotonic() > give_up:
            return left
        await asyncio.sleep(_POLL_INTERVAL)


async def _unsettled(handle: WorkflowHandle[Any, Any]) -> str | None:
    """Why it has not settled; None if it has."""
    try:
        async with asyncio.timeout(_QUERY_LIMIT):
            description = await handle.describe()
            if description.status is not WorkflowExecutionStatus.RUNNING:
                return None
            view: dict[str, Any] = await handle.query("status", result_type=dict)
    except RPCError as error:
        absent_refund = handle.id.startswith("refund-") and "not found" in error.message
        return None if absent_refund else str(error)
    except TimeoutError:
        return "it does not answer"
    except WorkflowQueryFailedError as error:
        return f"it cannot be asked: {error}"
    waits = str(view["waiting_for"])
    if not waits.startswith("approval"):
        return f"it waits for {waits}"
    return None if view["card_version"] >= view["version"] else "its card is behind"
