"""What the commands need from the outside; `wiring.py` has the real thing, tests bring their own."""

from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import Protocol

import typer
from temporalio.client import Client

from orchestration.client.execution import Execution
from orchestration.client.workflow_client import Started
from orchestration.domain.approval.decision import DecisionKind, DecisionRequest
from orchestration.domain.approval.questions import AnswerRequest, QuestionRequest
from orchestration.domain.approval.verdict import Verdict
from orchestration.domain.order.amendment import AmendRequest
from orchestration.domain.order.order import Order
from orchestration.domain.order.view import OrderView
from orchestration.domain.policy.approval_policy import Subject
from orchestration.domain.refund.refund import RefundRequest, RefundView
from orchestration.ports.audit_log import AuditLog
from orchestration.ports.decisions import DecisionStore, DelegationStore
from orchestration.ports.orders import OrderReader


class Workflows(Protocol):
    """The part of `WorkflowClient` that the commands use; errors as they are written there."""

    async def start(self, order: Order, *, run_timeout: timedelta | None = None) -> Started:
        """Start the order's workflow, once for each order id."""

    async def start_refund(self, request: RefundRequest) -> Started:
        """Start to refund an order."""

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

    async def refund_status(self, order_id: str) -> RefundView:
        """Ask the workflow for the latest refund of an order."""

    async def verdict(
        self, order_id: str, decision_id: str, *, wait_seconds: float, subject: Subject = Subject.ORDER
    ) -> Verdict | None:
        """Ask what became of a decision."""

    async def status(self, order_id: str) -> OrderView:
        """Ask the workflow for the whole order."""

    async def execution(self, order_id: str) -> Execution:
        """Ask Temporal itself."""

    async def wait_for_end(self, order_id: str) -> OrderView:
        """Wait until the workflow has ended."""


class Connections(Protocol):
    """Each opens a connection for the length of a block, and none is opened that a command has no use for."""

    def workflows(self) -> AbstractAsyncContextManager[Workflows]:
        """Raises TemporalUnavailable, SettingsWrong."""

    def temporal(self) -> AbstractAsyncContextManager[Client]:
        """Raises TemporalUnavailable, SettingsWrong."""

    def reader(self) -> AbstractAsyncContextManager[OrderReader]:
        """Raises DatabaseUnavailable, SettingsWrong, also for what goes wrong inside the block."""

    def decisions(self) -> AbstractAsyncContextManager[DecisionStore]:
        """Raises DatabaseUnavailable, SettingsWrong, also for what goes wrong inside the block."""

    def delegations(self) -> AbstractAsyncContextManager[DelegationStore]:
        """Raises DatabaseUnavailable, SettingsWrong, also for what goes wrong inside the block."""

    def audit(self) -> AbstractAsyncContextManager[AuditLog]:
        """Raises DatabaseUnavailable, SettingsWrong, also for what goes wrong inside the block."""


def of(context: typer.Context) -> Connections:
    """Return the connections that the program, or a test, put into the context."""
    connections: Connections = context.find_root().obj
    return connections
