"""The objects that listeners, delivery and look-ups work with, and what the bot needs of the workflows.

`bot.__main__` makes them; tests put stand-ins in their place.
"""

from dataclasses import dataclass
from typing import Protocol

from slack_sdk.web.async_client import AsyncWebClient

from bot.in_flight import InFlight
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


class OrderWorkflows(Protocol):
    """The calls to workflows that the bot makes. `WorkflowClient` documents the errors of each."""

    async def send_decision(
        self, order_id: str, kind: DecisionKind, request: DecisionRequest, subject: Subject = Subject.ORDER
    ) -> None:
        """Signal a decision."""

    async def send_question(
        self, order_id: str, request: QuestionRequest, subject: Subject = Subject.ORDER
    ) -> None:
        """Signal a question."""

    async def send_answer(
        self, order_id: str, given: AnswerRequest, subject: Subject = Subject.ORDER
    ) -> None:
        """Signal an answer to a question."""

    async def send_amendment(self, order_id: str, request: AmendRequest) -> None:
        """Signal an amendment of the order."""

    async def verdict(
        self,
        order_id: str,
        decision_id: str,
        *,
        wait_seconds: float = 2.0,
        subject: Subject = Subject.ORDER,
    ) -> Verdict | None:
        """Query the verdict on a signal; None if there is none after `wait_seconds`."""

    async def status(self, order_id: str) -> OrderView:
        """Query the view of the whole order."""

    async def start_refund(self, request: RefundRequest) -> Started:
        """Start the workflow that refunds a shipped order."""

    async def refund_status(self, order_id: str) -> RefundView:
        """Query the view of the latest refund of an order."""

    async def execution(self, order_id: str) -> Execution:
        """Describe the workflow execution of an order."""


@dataclass(frozen=True, slots=True)
class Dependencies:
    """What the bot's listeners work with."""

    slack: AsyncWebClient
    identity: Identity
    orders: OrderWorkflows
    reader: OrderReader
    decisions: DecisionStore
    in_flight: InFlight
    delegations: DelegationStore
