"""Sends signals to workflows, each exactly once, although the connection to Temporal may break on the way."""

import asyncio

from pydantic import BaseModel
from temporalio.api.common.v1 import Payloads, WorkflowExecution
from temporalio.api.workflowservice.v1 import SignalWorkflowExecutionRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from orchestration.domain.errors import OutcomeUnknown

RETRY_PAUSE = 0.2
"""Seconds between two attempts to send the same signal."""
TRANSIENT_STATUSES = frozenset(
    {
        RPCStatusCode.UNAVAILABLE,
        RPCStatusCode.UNKNOWN,
        RPCStatusCode.INTERNAL,
        RPCStatusCode.ABORTED,
        RPCStatusCode.RESOURCE_EXHAUSTED,
    }
)
"""Errors of a server that dies, restarts or is overloaded. UNKNOWN is a connection that broke."""
CONNECT_ERROR = "connect error"
"""Part of the SDK's message for a connection that could not be made."""


class SignalSender:
    """Sends each signal within `time_limit` seconds in all, retries included."""

    def __init__(self, client: Client, time_limit: float) -> None:
        self._client = client
        self._time_limit = time_limit

    async def send(self, workflow_id: str, name: str, request_id: str, body: BaseModel) -> None:
        """Send a signal. When this returns, Temporal has stored it.

        Raises RPCError if Temporal has certainly not stored it, and OutcomeUnknown if nobody can tell.
        """
        payloads = await self._client.data_converter.encode([body])
        await self._send_with_retries(
            SignalWorkflowExecutionRequest(
                namespace=self._client.namespace,
                workflow_execution=WorkflowExecution(workflow_id=workflow_id),
                signal_name=name,
                input=Payloads(payloads=payloads),
                identity=self._client.identity,
                # The server ignores a signal with a request id that it has seen. The SDK uses a random one.
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
                # After a refused connection nothing was sent; on a broken one the signal may have arrived.
                may_have_arrived |= CONNECT_ERROR not in error.message
                if clock() + RETRY_PAUSE < give_up:
                    await asyncio.sleep(RETRY_PAUSE)
                elif may_have_arrived:
                    raise OutcomeUnknown from error
                else:
                    raise
            else:
                return
