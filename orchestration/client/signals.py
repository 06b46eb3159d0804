"""Sending a signal so that it arrives once, or it is known that it did not, or that nobody knows."""

import asyncio

from pydantic import BaseModel
from temporalio.api.common.v1 import Payloads, WorkflowExecution
from temporalio.api.workflowservice.v1 import SignalWorkflowExecutionRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from orchestration.domain.errors import OutcomeUnknown

RETRY_PAUSE = 0.2
"""Seconds between two tries to reach Temporal with the same signal."""
# What a server that dies, restarts or is overloaded answers with; UNKNOWN is a connection that broke.
TRANSIENT_STATUSES = frozenset(
    {
        RPCStatusCode.UNAVAILABLE,
        RPCStatusCode.UNKNOWN,
        RPCStatusCode.INTERNAL,
        RPCStatusCode.ABORTED,
        RPCStatusCode.RESOURCE_EXHAUSTED,
    }
)
# How the SDK's core words a connection that never came about.
CONNECT_ERROR = "connect error"


class SignalSender:
    """`time_limit` (seconds) bounds each one as a whole, its repetitions included."""

    def __init__(self, client: Client, time_limit: float) -> None:
        self._client = client
        self._time_limit = time_limit

    async def send(self, workflow_id: str, name: str, request_id: str, body: BaseModel) -> None:
        """Send it. When this returns Temporal has it, whatever dies next.

        Raises OutcomeUnknown, and RPCError if certainly nothing was stored.
        """
        payloads = await self._client.data_converter.encode([body])
        await self._send_with_retries(
            SignalWorkflowExecutionRequest(
                namespace=self._client.namespace,
                workflow_execution=WorkflowExecution(workflow_id=workflow_id),
                signal_name=name,
                input=Payloads(payloads=payloads),
                identity=self._client.identity,
                # The server drops a signal whose request id it has seen; the high-level call makes one up.
                request_id=request_id,
            )
        )

    async def _send_with_retries(self, signal: SignalWorkflowExecutionRequest) -> None:
        clock = asyncio.get_running_loop().time
        give_up = clock() + self._time_limit
        may_have_arrived = False
        while True:
            try:
                async with asyncio.timeout_at(give_up):
                    await self._client.workflow_service.signal_workflow_execution(signal)
            except TimeoutError:
                raise OutcomeUnknown from None
            except RPCError as error:
                if error.status not in TRANSIENT_STATUSES:
                    raise
                # A refused connection means that nothing was sent; a broken one may have brought it there.
                may_have_arrived |= CONNECT_ERROR not in error.message
                if clock() + RETRY_PAUSE < give_up:
                    await asyncio.sleep(RETRY_PAUSE)
                elif may_have_arrived:
                    raise OutcomeUnknown from error
                else:
                    raise
            else:
                return
