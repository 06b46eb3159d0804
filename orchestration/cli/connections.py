"""Interfaces to Temporal and PostgreSQL that the commands use; `wiring.py` and tests implement them."""

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
    """The methods of `WorkflowClient` that the commands call; their errors are documented there."""

    async def start(self, order: Order, *, run_timeout: timedelta | None = None) -> Started:
        """Start the workflow of an order; at most one workflow per order id."""

    async def start_refund(self, request: RefundRequest) -> Started:
        """Start the workflow of a refund."""

    async def send_decision(
        self, order_id: str, kind: DecisionKind, request: DecisionRequest, subject: Subject = Subject.ORDER
    ) -> None:
        """Signal a decision to the workflow."""

    async def send_question(
        self, order_id: str, request: QuestionRequest, subject: Subject = Subject.ORDER
    ) -> None:
        """Signal a question to the workflow."""

    async def send_answer(
        self, order_id: str, given: AnswerRequest, subject: Subject = Subject.ORDER
    ) -> None:
        """Signal an answer to the workflow."""

    async def send_amendment(self, order_id: str, request: AmendRequest) -> None:
        """Signal an amendment to the workflow."""

    async def refund_status(self, order_id: str) -> RefundView:
        """Query the workflow of the order's latest refund."""

    async def verdict(
        self, order_id: str, decision_id: str, *, wait_seconds: float, subject: Subject = Subject.ORDER
    ) -> Verdict | None:
        """Query the workflow for the verdict on a decision."""

    async def status(self, order_id: str) -> OrderView:
        """Query the workflow for the whole order."""

    async def execution(self, order_id: str) -> Execution:
        """Describe the workflow execution, which needs no worker."""

    async def wait_for_end(self, order_id: str) -> OrderView:
        """Wait for the result of the workflow."""


class Connections(Protocol):
    """Opens a connection for the length of a `with` block. A command opens only those that it needs."""

    def workflows(self) -> AbstractAsyncContextManager[Workflows]:
        """Raises TemporalUnavailable, SettingsWrong."""

    def temporal(self) -> AbstractAsyncContextManager[Client]:
        """Raises TemporalUnavailable, SettingsWrong."""

    def reader(self) -> AbstractAsyncContextManager[OrderReader]:
        """Raises DatabaseUnavailable, SettingsWrong, also when the connection is lost inside the block."""

    def decisions(self) -> AbstractAsyncContextManager[DecisionStore]:
        """Raises DatabaseUnavailable, SettingsWrong, also when the connection is lost inside the block."""

    def delegations(self) -> AbstractAsyncContextManager[DelegationStore]:
        """Raises DatabaseUnavailable, SettingsWrong, also when the connection is lost inside the block."""

    def audit(self) -> AbstractAsyncContextManager[AuditLog]:
        """Raises DatabaseUnavailable, SettingsWrong, also when the connection is lost inside the block."""


def connections_from(context: typer.Context) -> Connections:
    """Return the connections that `__main__`, or a test, put into Typer's context."""
    connections: Connections = context.find_root().obj
    return connections
