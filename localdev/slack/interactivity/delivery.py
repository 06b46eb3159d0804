"""Sends a payload over Socket Mode and waits for the app's ack."""

from copy import deepcopy

from localdev.slack.json_values import Json
from localdev.slack.socket_mode.acks import Ack
from localdev.slack.socket_mode.frames import EnvelopeType
from localdev.slack.socket_mode.hub import SocketHub
from localdev.slack.workspace.models import Frozen
from localdev.slack.workspace.workspace import Workspace

DISPATCH_FAILED = "dispatch_failed"  # the app has no connection
TIMED_OUT = "operation_timeout"  # no ack within three seconds
NOT_CONFIGURED = "not_configured"  # the manifest does not enable interactivity


class InteractionResult(Frozen):
    """The result that the person sees: acked, or an error. `response` is the payload of the ack."""

    acked: bool
    error: str | None = None
    response: Json | None = None
    envelope_ids: tuple[str, ...] = ()


class PayloadDelivery:
    """Sends payloads to the app."""

    def __init__(self, workspace: Workspace, sockets: SocketHub) -> None:
        self._workspace = workspace
        self._sockets = sockets

    async def send(
        self, kind: EnvelopeType, payload: Json, copies: int
    ) -> tuple[InteractionResult, Ack | None]:
        """Send a payload in `copies` envelopes and wait for the acks. Return the result and the first ack."""
        if kind is EnvelopeType.INTERACTIVE and not self._workspace.app.interactivity:
            return InteractionResult(acked=False, error=NOT_CONFIGURED), None
        sent = [await self._sockets.send(kind, deepcopy(payload)) for _ in range(copies)]
        envelope_ids = tuple(envelope_id for envelope_id, _ in sent)
        waiting = [ack for _, ack in sent if ack is not None]
        if len(waiting) < len(sent):
            return InteractionResult(acked=False, error=DISPATCH_FAILED, envelope_ids=envelope_ids), None
        acks = await self._sockets.wait_for_acks(waiting)
        if len(acks) < len(sent):
            return InteractionResult(acked=False, error=TIMED_OUT, envelope_ids=envelope_ids), None
        response = acks[0].payload
        return InteractionResult(acked=True, response=response, envelope_ids=envelope_ids), acks[0]
