"""Follows an order until it has ended, and reports each status change as it happens."""

import asyncio
import contextlib
from collections.abc import Callable

from temporalio.client import WorkflowFailureError
from temporalio.service import RPCError, RPCStatusCode

from orchestration.cli.connections import Workflows
from orchestration.domain.errors import CountersignError, NoWorkerAnswered, TemporalUnavailable
from orchestration.domain.order.state import StatusChange
from orchestration.domain.order.view import OrderView

POLL_INTERVAL = 0.3
"""Seconds between two queries: short enough for a person, rare enough for the server."""
MAX_OUTAGE = 60.0
"""Seconds that Temporal may be unreachable while an order is watched; a restart takes less."""
CLOSE_TIMEOUT = 3.0
"""Seconds that the workflow gets to close after its order ended; it first updates the card."""


async def watch_order(
    workflows: Workflows,
    order_id: str,
    on_change: Callable[[StatusChange], None],
    set_progress: Callable[[str], None],
) -> OrderView | None:
    """Return the order as it ended; None if its workflow ended without a result.

    Calls `on_change` once per status change, and `set_progress` with what the order waits for. Raises
    TemporalUnavailable.
    """
    reported = 0
    result = asyncio.ensure_future(_wait_for_end(workflows, order_id))
    try:
        while not result.done():
            view = await _query(workflows, order_id, set_progress)
            for change in view.changes[reported:] if view else ():
                on_change(change)
                reported += 1
            ended = view is not None and view.status.is_final
            await asyncio.wait({result}, timeout=CLOSE_TIMEOUT if ended else POLL_INTERVAL)
            if ended and not result.done():
                return view
        final = await result
    finally:
        result.cancel()
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await result
    for change in final.changes[reported:] if final else ():
        on_change(change)
    return final


async def _query(
    workflows: Workflows, order_id: str, set_progress: Callable[[str], None]
) -> OrderView | None:
    try:
        view = await workflows.status(order_id)
    except NoWorkerAnswered:
        set_progress("no orchestration worker answers; the order continues as soon as one runs")
    except (CountersignError, RPCError):
        # `_wait_for_end` raises if this lasts longer than MAX_OUTAGE.
        set_progress("Temporal does not answer; trying again")
    else:
        set_progress(f"waiting for {view.waiting_for}" if view.waiting_for else view.status.value)
        return view
    return None


async def _wait_for_end(workflows: Workflows, order_id: str) -> OrderView | None:
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
            give_up = give_up or clock() + MAX_OUTAGE
            if clock() >= give_up:
                raise TemporalUnavailable(
                    f"Temporal has not answered for {MAX_OUTAGE:g} s. The order continues; "
                    f"see it later with: query {order_id}"
                ) from error
        await asyncio.sleep(1)
