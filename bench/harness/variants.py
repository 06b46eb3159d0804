"""The four ways to run an order that are compared, all on one Temporal server, each in its own namespace."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from temporalio.client import Client

from bench.baseline.activities import Listener
from bench.baseline.worker import Kind, Role
from bench.baseline.workflows import BARE_ORDER
from bench.harness.processes import cpu_seconds, family_cpu_seconds, python
from bench.harness.system import APPROVALS, APPROVER, System, new_namespace, whole_system
from localdev.processes.ports import HOST
from localdev.processes.program import Program
from localdev.temporal import TemporalServer
from orchestration.client.workflow_client import WorkflowClient
from orchestration.contracts.names import APPROVE_SIGNAL, ORDER_TASK_QUEUE, order_workflow_id
from orchestration.domain.actor import Actor, ActorKind, Surface
from orchestration.domain.approval.decision import DecisionKind, DecisionRequest
from tests.support.orders import an_order

_PATIENCE = 60.0
"""Seconds. A call may take long when the server is busy on purpose."""
TITLES = {
    Kind.BARE: "(a) bare",
    Kind.BARE_CARD: "(b) bare + card steps",
    Kind.ORDER: "(c) OrderWorkflow, no-op activities",
    None: "(d) OrderWorkflow, everything real",
}


class Waiting:
    """Which orders wait for their approval."""

    def __init__(self) -> None:
        self._events: dict[str, asyncio.Event] = {}

    def seen(self, order_id: str) -> None:
        """Remember that this one waits."""
        self._event(order_id).set()

    async def until(self, order_id: str) -> None:
        """Return when it does."""
        await self._event(order_id).wait()
        del self._events[order_id]

    def _event(self, order_id: str) -> asyncio.Event:
        return self._events.setdefault(order_id, asyncio.Event())


@dataclass(frozen=True, slots=True)
class Variant:
    """One of the four. `kind` None: everything real."""

    kind: Kind | None
    client: Client
    clocks: dict[str, Callable[[], float]]
    """CPU seconds so far of each process that works for it, by role."""

    @property
    def title(self) -> str:
        """Its name in the tables."""
        return TITLES[self.kind]

    async def start(self, order_id: str) -> None:
        """Start an order, as a program outside would."""
        if self.kind in {Kind.BARE, Kind.BARE_CARD}:
            await self.client.start_workflow(
                BARE_ORDER,
                args=[order_id, self.kind is Kind.BARE_CARD],
                id=order_workflow_id(order_id),
                task_queue=ORDER_TASK_QUEUE,
            )
        else:
            await self._gateway.start(an_order(order_id=order_id))

    async def approve(self, order_id: str) -> None:
        """Send the approval."""
        request = DecisionRequest(
            decision_id=f"bench-{order_id}",
            actor=Actor(kind=ActorKind.SLACK_USER, id=APPROVER),
            surface=Surface.BUTTON,
            decided_at=datetime.now(UTC),
        )
        if self.kind in {Kind.BARE, Kind.BARE_CARD}:
            handle = self.client.get_workflow_handle(order_workflow_id(order_id))
            await handle.signal(APPROVE_SIGNAL, request)
        else:
            await self._gateway.send_decision(order_id, DecisionKind.APPROVE, request)

    async def end(self, order_id: str) -> None:
        """Wait for its end; raises if it failed."""
        await self.client.get_workflow_handle(order_workflow_id(order_id)).result()

    @property
    def _gateway(self) -> WorkflowClient:
        return WorkflowClient(self.client, time_limit=_PATIENCE)


@asynccontextmanager
async def all_variants(
    server: TemporalServer, folder: Path, waiting: Waiting
) -> AsyncIterator[tuple[Variant, ...]]:
    """Start the processes of all four. Whose turn it is not waits for work, which costs next to nothing."""
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: Listener(waiting.seen), local_addr=(HOST, 0))
    port: int = transport.get_extra_info("sockname")[1]
    async with AsyncExitStack() as stack:
        stack.callback(transport.close)
        variants = []
        for kind in Kind:
            client = await new_namespace(server, kind)
            roles = [Role.ORCHESTRATION] if kind is Kind.BARE else list(Role)
            clocks = {}
            for role in roles:
                program = await stack.enter_async_context(_worker(server, folder, kind, role, port))
                clocks[str(role)] = _clock(program)
            variants.append(Variant(kind, client, clocks))
        system = await stack.enter_async_context(whole_system(server, "real", folder))
        watching = asyncio.create_task(_watch_cards(system, waiting))
        stack.callback(watching.cancel)
        clocks = {
            "orchestration": _clock(system.orchestration),
            "bot": _clock(system.bot),
            "PostgreSQL": lambda: family_cpu_seconds(system.postgres.pid),
        }
        yield (*variants, Variant(None, system.client, clocks))


def _clock(program: Program) -> Callable[[], float]:
    return lambda: cpu_seconds(program.pid)


def _worker(server: TemporalServer, folder: Path, kind: Kind, role: Role, port: int) -> Program:
    ready = folder / f"{kind}-{role}.ready"

    async def is_ready() -> bool:
        return ready.exists()

    place = ("--address", server.address, "--namespace", kind)
    rest = ("--say-to", str(port), "--ready", str(ready))
    log = folder / f"{kind}-{role}.log"
    return python("bench.baseline.worker", kind, role, *place, *rest, log=log, ready=is_ready)


async def _watch_cards(system: System, waiting: Waiting) -> None:
    with system.slack.workspace.changes.listen() as notifications:
        async for notification in notifications:
            if notification["kind"] == "message" and notification["channel"] == APPROVALS:
                for order_id in _new_card(system, notification["ts"]):
                    waiting.seen(order_id)


def _new_card(system: System, ts: str) -> Iterator[str]:
    message = system.slack.workspace.message(APPROVALS, ts)
    if message is not None and message.metadata is not None and message.changed_ts is None:
        yield message.metadata["event_payload"]["key"].partition(":")[0]
