"""Runs a bot in this process with real Bolt and a real socket; a stand-in replaces the workflows."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

from slack_sdk.web.async_client import AsyncWebClient

from bot.app import build_app
from bot.dependencies import Dependencies
from bot.in_flight import InFlight
from bot.socket_mode.observer import ConnectionObserver
from bot.socket_mode.runner import SocketModeRunner
from bot.socket_mode.timings import SocketTimings
from bot.web_api.identity import Identity
from orchestration.domain.approval.decision import DecisionKind, DecisionRequest
from orchestration.domain.approval.delegations import DelegationGrant
from orchestration.domain.approval.questions import AnswerRequest, QuestionRequest
from orchestration.domain.approval.verdict import JudgedDecision, Verdict, VerdictKind
from orchestration.domain.card import status_text_of
from orchestration.domain.errors import OrderNotFound
from orchestration.domain.order.amendment import AmendRequest
from orchestration.domain.order.status import OrderStatus
from orchestration.domain.order.view import OrderView
from orchestration.domain.policy.approval_policy import Subject
from orchestration.domain.refund.refund import RefundRequest, RefundView
from orchestration.ports.audit_log import Event
from orchestration.ports.decisions import DelegationStore
from orchestration.ports.orders import FinalState, OrderPage, OrderRow
from orchestration.ports.workflows import Execution, Started
from tests.slack.people import BOT, BOT_USER
from tests.slack.process import APP_TOKEN

T = TypeVar("T")

IDENTITY = Identity(team_id="T0TEAM001", team="Acme", user_id=BOT_USER, bot_id=BOT, app_id="A0APP0001")


@dataclass
class Workflows:
    """Stands in for WorkflowClient: remembers decisions, answers what it was told to, or raises it."""

    decided: list[tuple[str, DecisionKind, DecisionRequest]] = field(default_factory=list)
    asked: list[tuple[str, QuestionRequest]] = field(default_factory=list)
    answered: list[tuple[str, AnswerRequest]] = field(default_factory=list)
    amended: list[tuple[str, AmendRequest]] = field(default_factory=list)
    subjects: list[Subject] = field(default_factory=list)
    on_decide: Exception | None = None
    on_verdict: Exception | Verdict | VerdictKind | None = VerdictKind.RECORDED
    on_status: Exception | OrderView = field(default_factory=OrderNotFound)
    on_execution: Exception | Execution = field(default_factory=OrderNotFound)
    refunds: list[RefundRequest] = field(default_factory=list)
    on_refund: Exception | RefundView = field(default_factory=OrderNotFound)
    hanging: bool = False
    heard: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def send_decision(
        self, order_id: str, kind: DecisionKind, request: DecisionRequest, subject: Subject = Subject.ORDER
    ) -> None:
        """Send a decision."""
        await self._hear(self.decided, (order_id, kind, request), subject)

    async def send_question(
        self, order_id: str, request: QuestionRequest, subject: Subject = Subject.ORDER
    ) -> None:
        """Send a question."""
        await self._hear(self.asked, (order_id, request), subject)

    async def send_answer(
        self, order_id: str, given: AnswerRequest, subject: Subject = Subject.ORDER
    ) -> None:
        """Send an answer."""
        await self._hear(self.answered, (order_id, given), subject)

    async def send_amendment(self, order_id: str, request: AmendRequest) -> None:
        """Send an amendment."""
        await self._hear(self.amended, (order_id, request), Subject.ORDER)

    async def start_refund(self, request: RefundRequest) -> Started:
        """Start one, unless it runs."""
        already = any(each.order_id == request.order_id for each in self.refunds)
        self.refunds.append(request)
        return Started(request.order_id, f"refund-{request.order_id}", "run-1", already)

    async def refund_status(self, order_id: str) -> RefundView:
        """The refund, or an error."""
        if isinstance(self.on_refund, Exception):
            raise self.on_refund
        return self.on_refund

    async def verdict(
        self,
        order_id: str,
        decision_id: str,
        *,
        wait_seconds: float = 2.0,
        subject: Subject = Subject.ORDER,
    ) -> Verdict | None:
        """Ask what became of it."""
        answer = self.on_verdict
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, VerdictKind):
            return Verdict(decision_id=decision_id, kind=answer, at=datetime.now(UTC))
        return answer

    async def status(self, order_id: str) -> OrderView:
        """Ask the workflow."""
        await self._hang()
        if isinstance(self.on_status, Exception):
            raise self.on_status
        return self.on_status

    async def execution(self, order_id: str) -> Execution:
        """Ask Temporal."""
        if isinstance(self.on_execution, Exception):
            raise self.on_execution
        return self.on_execution

    async def _hear(self, heard: list[T], what: T, subject: Subject) -> None:
        async with self.heard:
            heard.append(what)
            self.subjects.append(subject)
            self.heard.notify_all()
        await self._hang()
        if self.on_decide is not None:
            raise self.on_decide

    async def _hang(self) -> None:
        if self.hanging:
            await asyncio.Event().wait()


@dataclass
class Stored:
    """Stands in for the database: the bot knows it only by these ports."""

    rows: list[OrderRow] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    late: list[tuple[str, JudgedDecision]] = field(default_factory=list)
    granted: list[DelegationGrant] = field(default_factory=list)
    ahead: dict[str, int] = field(default_factory=dict)
    broken: Exception | None = None
    hanging: bool = False

    async def get(self, order_id: str) -> OrderRow | None:
        """Find one."""
        self._raise()
        return next((row for row in self.rows if row.order.order_id == order_id), None)

    async def page(self, statuses: object, *, cursor: str | None = None, limit: int = 20) -> OrderPage:
        """The cursor is an offset."""
        self._raise()
        wanted = [row for row in self.rows if statuses is None or row.status in statuses]  # type: ignore[operator]
        start = int(cursor or 0)
        more = len(wanted) > start + limit
        return OrderPage(tuple(wanted[start : start + limit]), str(start + limit) if more else None)

    async def history(self, order_id: str) -> tuple[Event, ...]:
        """The audit log."""
        self._raise()
        return tuple(event for event in self.events if event.order_id == order_id)

    async def final_state(self, subject: Subject, order_id: str) -> FinalState | None:
        """How it ended, by the same rows and events."""
        row = await self.get(order_id)
        if row is None:
            return None
        by = [e.actor.partition(":")[2] for e in await self.history(order_id) if e.actor]
        return FinalState(status_text_of(row.status)[1], row.updated_at, row.reason, by[-1] if by else None)

    async def card_queue_position(self, order_id: str) -> int | None:
        """How many go to Slack before the order's card."""
        self._raise()
        return self.ahead.get(order_id)

    async def add(self, order_id: str, judged: JudgedDecision, subject: Subject = Subject.ORDER) -> None:
        """Store a late decision."""
        self._raise()
        self.late.append((order_id, judged))

    async def grant(self, new: DelegationGrant) -> None:
        """Store a delegation. The rules are the real store's."""
        self._raise()
        self.granted.append(new)

    async def revoke(self, person: str, group: str | None, by: str) -> int:
        """Forget a person's delegations."""
        self._raise()
        gone = [each for each in self.granted if each.person == person and group in {None, each.group}]
        self.granted = [each for each in self.granted if each not in gone]
        return len(gone)

    async def active_for(self, delegate: str, at: datetime) -> tuple[DelegationGrant, ...]:
        """Whom they may decide for."""
        return tuple(each for each in await self.all_active(at) if each.delegate == delegate)

    async def active_of(self, person: str, at: datetime) -> tuple[DelegationGrant, ...]:
        """Who may decide for them."""
        return tuple(each for each in await self.all_active(at) if each.person == person)

    async def all_active(self, at: datetime) -> tuple[DelegationGrant, ...]:
        """All there are."""
        self._raise()
        if self.hanging:
            await asyncio.Event().wait()
        return tuple(self.granted)

    def _raise(self) -> None:
        if self.broken is not None:
            raise self.broken


@dataclass
class Bot:
    """The parts of a running bot that a test looks at."""

    workflows: Workflows
    stored: Stored
    runner: SocketModeRunner
    in_flight: InFlight
    stop: asyncio.Event
    run: "asyncio.Task[None]"


QUICK = SocketTimings(
    check_interval=0.05,
    ping_interval=0.2,
    connect_timeout=2.0,
    max_retry_interval=0.2,
    close_timeout=1.0,
    ack_timeout=0.5,
    drain_timeout=0.5,
)


@asynccontextmanager
async def running_bot(
    web: AsyncWebClient,
    connected: Callable[[int], object],
    *,
    timings: SocketTimings | None = None,
    delegations: DelegationStore | None = None,
    observer: ConnectionObserver | None = None,
) -> AsyncIterator[Bot]:
    """Run one; `connected` waits for a number of sockets. It is stopped in good order at the end."""
    workflows, stored, in_flight, stop = Workflows(), Stored(), InFlight(), asyncio.Event()
    app = build_app(Dependencies(web, IDENTITY, workflows, stored, stored, in_flight, delegations or stored))
    runner = SocketModeRunner(
        app,
        APP_TOKEN,
        in_flight,
        timings or SocketTimings(drain_timeout=0.5, ack_timeout=0.5, close_timeout=1.0),
        observer,
    )
    run = asyncio.create_task(runner.run(stop))
    try:
        await connected(1)  # type: ignore[misc]
        yield Bot(workflows, stored, runner, in_flight, stop, run)
    finally:
        stop.set()
        await run


def a_row(order_id: str, status: OrderStatus, reason: str | None = None) -> OrderRow:
    """What the database knows of an order."""
    from tests.slack.people import NOW
    from tests.support.orders import an_order

    return OrderRow(an_order(order_id=order_id), status, 1, "500 and more", NOW, reason, NOW, NOW)
