"""The calls to workflows that the bot and the command line make, and what they return."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from orchestration.domain.approval.decision import DecisionKind, DecisionRequest
from orchestration.domain.approval.questions import AnswerRequest, QuestionRequest
from orchestration.domain.approval.verdict import Verdict
from orchestration.domain.order.amendment import AmendRequest
from orchestration.domain.order.view import OrderView
from orchestration.domain.policy.approval_policy import Subject
from orchestration.domain.refund.refund import RefundRequest, RefundView


@dataclass(frozen=True, slots=True)
class Started:
    """The answer to a start. `already_started`: the workflow had been started before."""

    order_id: str
    workflow_id: str
    run_id: str
    already_started: bool


@dataclass(frozen=True, slots=True)
class FailingActivity:
    """An activity that has failed and is being retried. `next_try_at` None: an attempt is running."""

    activity: str
    attempt: int
    message: str
    next_try_at: datetime | None


@dataclass(frozen=True, slots=True)
class Execution:
    """A workflow execution. `status` is Temporal's, such as ``RUNNING``."""

    workflow_id: str
    run_id: str
    status: str
    started_at: datetime
    closed_at: datetime | None
    failing_activities: tuple[FailingActivity, ...]


class OrderWorkflows(Protocol):
    """The calls to workflows that the bot and the command line make.

    `orchestration.client.workflow_client` implements them, and documents the errors of each.
    """

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
