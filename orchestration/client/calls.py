"""Bounds calls to Temporal in time, and turns Temporal's errors into the domain's."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from temporalio.client import Client, WorkflowHandle, WorkflowQueryFailedError
from temporalio.service import RPCError, RPCStatusCode

from orchestration.client.signals import CONNECT_ERROR, TRANSIENT_STATUSES
from orchestration.domain.errors import NoWorkerAnswered, OrderNotFound, OutcomeUnknown, TemporalUnavailable


class TemporalCalls:
    """Makes calls that take at most `time_limit` seconds in all.

    The SDK retries inside its own limits, so that its `rpc_timeout` alone does not bound a call.
    """

    def __init__(self, client: Client, time_limit: float) -> None:
        self._client = client
        self._time_limit = time_limit

    @asynccontextmanager
    async def bounded(self, order_id: str | None = None) -> AsyncIterator[None]:
        """Bound what the block calls. Raises OutcomeUnknown, TemporalUnavailable, OrderNotFound."""
        try:
            async with asyncio.timeout(self._time_limit), self.translated(order_id):
                yield
        except TimeoutError:
            await self._raise_if_unreachable()
            raise OutcomeUnknown from None

    async def query(
        self,
        handle: WorkflowHandle[object, object],
        order_id: str,
        name: str,
        result_type: Any,
        *args: object,
        limit: float | None = None,
    ) -> Any:
        """Query a workflow within `limit` seconds, or the time limit.

        Raises NoWorkerAnswered, TemporalUnavailable, OrderNotFound.
        """
        try:
            async with asyncio.timeout(limit or self._time_limit), self.translated(order_id):
                return await handle.query(name, args=args, result_type=result_type)
        except TimeoutError:
            await self._raise_if_unreachable()
            raise NoWorkerAnswered from None

    @asynccontextmanager
    async def translated(self, order_id: str | None) -> AsyncIterator[None]:
        """Translate the errors of the block. Raises TimeoutError if Temporal gave up on a call."""
        try:
            yield
        except WorkflowQueryFailedError as error:
            raise NoWorkerAnswered(f"the worker could not answer: {error}") from error
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND and order_id is not None:
                raise OrderNotFound(f"there is no order {order_id}") from None
            if error.status in TRANSIENT_STATUSES:
                raise TemporalUnavailable(f"Temporal cannot be reached: {error.message}") from error
            if error.status in {RPCStatusCode.DEADLINE_EXCEEDED, RPCStatusCode.CANCELLED}:
                raise TimeoutError from error
            if error.status is RPCStatusCode.FAILED_PRECONDITION:
                raise NoWorkerAnswered(f"no worker is polling: {error.message}") from error
            raise

    async def _raise_if_unreachable(self) -> None:
        try:
            await self._client.service_client.check_health(timeout=timedelta(seconds=0.5))
        except RPCError as error:
            if CONNECT_ERROR in error.message:
                raise TemporalUnavailable(f"Temporal cannot be reached: {error.message}") from error
