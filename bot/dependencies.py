"""What the listeners are given."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Protocol, Self

import structlog
from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.web_api.identity import Identity
from orchestration.client.execution import Execution
from orchestration.client.workflow_client import Started
from orchestration.domain.approval.decision import DecisionKind, DecisionRequest
from orchestration.domain.approval.questions import AnswerRequest, QuestionRequest
from orchestration.domain.approval.verdict import Verdict
from orchestration.domain.order.amendment import AmendRequest
from orchestration.domain.order.view import OrderView
from orchestration.domain.policy.approval_policy import Subject
from orchestration.domain.refund.refund import RefundRequest, RefundView
from orchestration.ports.decisions import DecisionStore, DelegationStore
from orchestration.ports.orders import OrderReader

__all__ = ["Body", "Dependencies", "Identity", "InFlight", "Listener", "Orders", "acked"]

log = structlog.stdlib.get_logger(__name__)


class Orders(Protocol):
    """What the bot needs of the workflows; `WorkflowClient` says what each method raises."""

    async def send_decision(
        self, order_id: str, kind: DecisionKind, request: DecisionRequest, subject: Subject = Subject.ORDER
    ) -> None:
        """Send a decision."""

    async def send_question(
        self, order_id: str, request: QuestionRequest, subject: Subject = Subject.ORDER
    ) -> None:
        """Send a question."""

    async def send_answer(
        self, order_id: str, given: AnswerRequest, subject: Subject = Subject.ORDER
    ) -> None:
        """Send an answer."""

    async def send_amendment(self, order_id: str, request: AmendRequest) -> None:
        """Send an amendment."""

    async def verdict(
        self,
        order_id: str,
        decision_id: str,
        *,
        wait_seconds: float = 2.0,
        subject: Subject = Subject.ORDER,
    ) -> Verdict | None:
        """Ask what became of it."""

    async def status(self, order_id: str) -> OrderView:
        """Ask the workflow for the whole order."""

    async def start_refund(self, request: RefundRequest) -> Started:
        """Start to refund a shipped order."""

    async def refund_status(self, order_id: str) -> RefundView:
        """Ask the workflow for the latest refund of an order."""

    async def execution(self, order_id: str) -> Execution:
        """Ask Temporal about the workflow."""


class InFlight:
    """Counts what is running, so that a shutdown can wait for it."""

    def __init__(self) -> None:
        self._running = 0
        self._idle = asyncio.Event()
        self._idle.set()

    def __enter__(self) -> Self:
        self._running += 1
        self._idle.clear()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._running -= 1
        if not self._running:
            self._idle.set()

    async def drained(self, time_limit: float) -> bool:
        """Wait until nothing runs; False if that took longer than `time_limit` seconds."""
        try:
            async with asyncio.timeout(time_limit):
                await self._idle.wait()
        except TimeoutError:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Dependencies:
    """Everything that listeners talk to."""

    slack: AsyncWebClient
    identity: Identity
    orders: Orders
    reader: OrderReader
    decisions: DecisionStore
    in_flight: InFlight
    delegations: DelegationStore


Body = dict[str, Any]  # a payload as Slack sends it, not yet looked at
Listener = Callable[[AsyncAck, Body], Awaitable[None]]


def acked(work: Callable[[Body], Awaitable[None]], in_flight: InFlight) -> Listener:
    """Make a listener that acks first, whatever the work does, and lets a shutdown wait for the work."""

    async def listener(ack: AsyncAck, body: Body) -> None:
        with in_flight:
            await ack()
            try:
                await work(body)
            except Exception:
                # Raised to Bolt within its next look at the ack (10 ms), it would take the ack back.
                log.exception("a listener failed")

    return listener
