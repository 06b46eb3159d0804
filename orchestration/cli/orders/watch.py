"""Watch an order until it ends, saying each step as it happens."""

import asyncio
import contextlib
from collections.abc import Callable

from temporalio.client import WorkflowFailureError
from temporalio.service import RPCError, RPCStatusCode

from orchestration.cli.connections import Workflows
from orchestration.domain.errors import CountersignError, NoWorkerAnswered, TemporalUnavailable
from orchestration.domain.order.state import StatusChange
from orchestration.domain.order.view import OrderView

POLL = 0.3
"""Seconds between two looks at an order: a person sees a change at once, a server does not feel it."""
PATIENCE = 60.0
"""Seconds for which Temporal may be away while an order is watched; a restart takes less."""

GRACE = 3.0
"""Seconds for a workflow to close after its order has ended; it stays open while its card cannot be drawn."""

Say = Callable[[str], None]


async def watch(
    workflows: Workflows, order_id: str, step: Callable[[StatusChange], None], doing: Say
) -> OrderView | None:
    """Return the order as it ended; None if its workflow ended without a result.

    `step` hears each status change once, `doing` what the order waits for. Raises TemporalUnavailable.
    """
    told = 0
    end = asyncio.ensure_future(_end(workflows, order_id))
    try:
        while not end.done():
            view = await _look(workflows, order_id, doing)
            for change in view.changes[told:] if view else ():
                step(change)
                told += 1
            ended = view is not None and view.status.is_final
            await asyncio.wait({end}, timeout=GRACE if ended else POLL)
            if ended and not end.done():
                return view
        final = await end
    finally:
        end.cancel()
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await end
    for change in final.changes[told:] if final else ():
        step(change)
    return final


async def _look(workflows: Workflows, order_id: str, doing: Say) -> OrderView | None:
    try:
        view = await workflows.status(order_id)
    except NoWorkerAnswered:
        doing("no orchestration worker answers; the order goes on as soon as one is there")
    except (CountersignError, RPCError):
        # Whoever waits for the end says so, if it lasts.
        doing("Temporal does not answer; trying again")
    else:
        doing(f"waiting for {view.waiting_for}" if view.waiting_for else view.status.value)
        return view
    return None


async def _end(workflows: Workflows, order_id: str) -> OrderView | None:
    clock = asyncio.get_running_loop().time
    give_up: float | None = None
    while True:
        try:
            return await workflows.wait_for_end(order_id)
        except WorkflowFailureError:
            return None
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                raise
            give_up = give_up or clock() + PATIENCE
            if clock() >= give_up:
                raise TemporalUnavailable(
                    f"Temporal has not answered for {PATIENCE:g} s; the order goes on without this command."
                ) from error
        await asyncio.sleep(1)
