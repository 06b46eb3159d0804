"""Fake connections for the commands: tests choose the answers, and the calls are recorded."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

from temporalio.client import Client
from typer.testing import CliRunner, Result

from orchestration.cli.app import app
from orchestration.cli.connections import Connections
from orchestration.cli.errors import DatabaseUnavailable
from orchestration.contracts.names import order_workflow_id, refund_workflow_id
from orchestration.domain.approval.decision import DecisionKind, DecisionRequest
from orchestration.domain.approval.delegations import DelegationGrant
from orchestration.domain.approval.questions import AnswerRequest, QuestionRequest
from orchestration.domain.approval.verdict import JudgedDecision, Verdict, VerdictKind
from orchestration.domain.errors import OrderNotFound, TemporalUnavailable
from orchestration.domain.order.amendment import AmendRequest
from orchestration.domain.order.order import Order
from orchestration.domain.order.status import OrderStatus
from orchestration.domain.order.view import OrderView
from orchestration.domain.policy.approval_policy import Subject
from orchestration.domain.refund.refund import RefundRequest, RefundView
from orchestration.ports.audit_log import AuditLog, Event
from orchestration.ports.orders import FinalState, OrderPage, OrderRow
from orchestration.ports.workflows import Execution, Started
from tests.unit.cli.builders import NOW, execution, view


@dataclass
class FakeWorkflows:
    """Each answer is a value, or an error to raise; a list is used up one by one."""

    started: Any = None
    decided: Any = None
    verdict_: Any = VerdictKind.RECORDED
    view_: Any = field(default_factory=view)
    execution_: Any = field(default_factory=execution)
    end: Any = None
    orders: list[tuple[Order, timedelta | None]] = field(default_factory=list)
    decisions: list[tuple[str, DecisionKind, DecisionRequest]] = field(default_factory=list)
    subjects: list[Subject] = field(default_factory=list)
    refunds: list[RefundRequest] = field(default_factory=list)
    sent: list[tuple[Subject, str, object]] = field(default_factory=list)
    refund_: Any = field(default_factory=lambda: OrderNotFound("no refund"))

    async def start(self, order: Order, *, run_timeout: timedelta | None = None) -> Started:
        self.orders.append((order, run_timeout))
        already = bool(_answer(self.started))
        return Started(order.order_id, order_workflow_id(order.order_id), "run-1", already)

    async def start_refund(self, request: RefundRequest) -> Started:
        self.refunds.append(request)
        return Started(
            request.order_id, refund_workflow_id(request.order_id), "run-1", bool(_answer(self.started))
        )

    async def send_question(
        self, order_id: str, request: QuestionRequest, subject: Subject = Subject.ORDER
    ) -> None:
        self.sent.append((subject, order_id, request))

    async def send_answer(
        self, order_id: str, given: AnswerRequest, subject: Subject = Subject.ORDER
    ) -> None:
        self.sent.append((subject, order_id, given))

    async def send_amendment(self, order_id: str, request: AmendRequest) -> None:
        self.sent.append((Subject.ORDER, order_id, request))
        _answer(self.decided)

    async def refund_status(self, order_id: str) -> RefundView:
        return _answer(self.refund_)  # type: ignore[no-any-return]

    async def send_decision(
        self, order_id: str, kind: DecisionKind, request: DecisionRequest, subject: Subject = Subject.ORDER
    ) -> None:
        self.subjects.append(subject)
        self.decisions.append((order_id, kind, request))
        _answer(self.decided)

    async def verdict(
        self, order_id: str, decision_id: str, *, wait_seconds: float = 2.0, subject: Subject = Subject.ORDER
    ) -> Verdict | None:
        answer = _answer(self.verdict_)
        if isinstance(answer, VerdictKind):
            return Verdict(decision_id=decision_id, kind=answer, at=NOW)
        return answer  # type: ignore[no-any-return]

    async def status(self, order_id: str) -> OrderView:
        return _answer(self.view_)  # type: ignore[no-any-return]

    async def execution(self, order_id: str) -> Execution:
        return _answer(self.execution_)  # type: ignore[no-any-return]

    async def wait_for_end(self, order_id: str) -> OrderView:
        return _answer(self.end)  # type: ignore[no-any-return]


@dataclass
class FakeDatabase:
    """Reader and decision store in one; `row_` None: no such order."""

    row_: OrderRow | None = None
    page_: OrderPage = field(default_factory=lambda: OrderPage((), None))
    events: tuple[Event, ...] = ()
    added: list[tuple[str, JudgedDecision]] = field(default_factory=list)
    asked: list[tuple[Sequence[OrderStatus] | None, str | None, int]] = field(default_factory=list)
    granted: Any = None
    active: tuple[DelegationGrant, ...] = ()
    ahead: int | None = None
    grants: list[DelegationGrant] = field(default_factory=list)
    revoked: list[tuple[str, str | None, str]] = field(default_factory=list)

    async def get(self, order_id: str) -> OrderRow | None:
        return self.row_

    async def page(
        self, statuses: Sequence[OrderStatus] | None, *, cursor: str | None = None, limit: int = 20
    ) -> OrderPage:
        self.asked.append((statuses, cursor, limit))
        if cursor == "bad":
            raise ValueError("not ours")
        return self.page_

    async def history(self, order_id: str) -> tuple[Event, ...]:
        return self.events

    async def final_state(self, subject: Subject, order_id: str) -> FinalState | None:
        return None

    async def card_queue_position(self, order_id: str) -> int | None:
        return self.ahead

    async def add(self, order_id: str, judged: JudgedDecision, subject: Subject = Subject.ORDER) -> None:
        self.added.append((order_id, judged))

    async def grant(self, new: DelegationGrant) -> None:
        self.grants.append(new)
        _answer(self.granted)

    async def revoke(self, person: str, group: str | None, by: str) -> int:
        self.revoked.append((person, group, by))
        return len(self.active)

    async def active_for(self, delegate: str, at: datetime) -> tuple[DelegationGrant, ...]:
        return tuple(each for each in self.active if each.delegate == delegate)

    async def active_of(self, person: str, at: datetime) -> tuple[DelegationGrant, ...]:
        return tuple(each for each in self.active if each.person == person)

    async def all_active(self, at: datetime) -> tuple[DelegationGrant, ...]:
        return self.active


@dataclass
class FakeConnections:
    """No workflows: Temporal is away. No database: PostgreSQL is."""

    fake_workflows: FakeWorkflows | None = field(default_factory=FakeWorkflows)
    database: FakeDatabase | None = None

    @asynccontextmanager
    async def workflows(self) -> AsyncIterator[FakeWorkflows]:
        if self.fake_workflows is None:
            raise TemporalUnavailable("Temporal at nowhere:7233 cannot be reached.")
        yield self.fake_workflows

    @asynccontextmanager
    async def temporal(self) -> AsyncIterator[Client]:
        async with self.workflows():
            # There is no fake of Temporal itself: tests/integration/cli has the real one.
            yield cast(Client, None)

    @asynccontextmanager
    async def reader(self) -> AsyncIterator[FakeDatabase]:
        if self.database is None:
            raise DatabaseUnavailable("PostgreSQL at nowhere:5432 could not be reached.")
        yield self.database

    decisions = reader
    delegations = reader

    @asynccontextmanager
    async def audit(self) -> AsyncIterator[AuditLog]:
        async with self.reader():
            # There is no fake of the whole log: tests/integration/cli has the real one.
            yield cast(AuditLog, None)


def run(connections: Connections, *arguments: str, stdin: bytes | None = None) -> Result:
    """Run a command as a shell would, with its output in a pipe."""
    return CliRunner().invoke(app, list(arguments), obj=connections, input=stdin)


def workflows_of(connections: FakeConnections) -> FakeWorkflows:
    """Return the fake workflows of connections that have them."""
    assert connections.fake_workflows is not None
    return connections.fake_workflows


def _answer(answer: Any) -> Any:
    if isinstance(answer, list):
        answer = answer.pop(0)
    if isinstance(answer, BaseException):
        raise answer
    return answer
