"""The reconciler's activities: they read states from PostgreSQL and Temporal, and repair rows and cards."""

import asyncio

import structlog
from temporalio import activity

from orchestration.activities.clock import now
from orchestration.activities.workflow_state import StateReader
from orchestration.client.reconciliation import ReconciliationClient
from orchestration.client.workflow_client import WorkflowClient
from orchestration.contracts.activities import PendingWrites
from orchestration.contracts.reconciliation import (
    ExecutionPage,
    LoadedCard,
    PageRequest,
    ReconcileActivity,
    RecordFindings,
    RetriedPage,
    RowPage,
    SubjectRef,
    SubjectRefs,
    SubjectState,
    SubjectStates,
)
from orchestration.domain.order.status import OrderStatus
from orchestration.domain.policy.approval_policy import Subject
from orchestration.domain.refund.refund import RefundStatus, RefundStep, RefundView
from orchestration.ports.orders import OrderReader, OrderStore
from orchestration.ports.reconciliation import ReconcileStore

log = structlog.stdlib.get_logger(__name__)

CONCURRENT_QUERIES = 5
"""How many workflows one activity queries at the same time."""


class ReconcileActivities:
    """Every activity may be retried: each repair reads the current state before it changes anything."""

    def __init__(
        self,
        store: ReconcileStore,
        orders: OrderStore,
        reader: OrderReader,
        workflows: WorkflowClient,
        client: ReconciliationClient,
    ) -> None:
        self._store = store
        self._orders = orders
        self._workflows = workflows
        self._client = client
        self._states = StateReader(workflows, store, reader)
        self._query_slots = asyncio.Semaphore(CONCURRENT_QUERIES)

    @activity.defn(name=ReconcileActivity.LIST_ROWS)
    async def list_rows(self, wanted: PageRequest) -> RowPage:
        """Return a page of the orders and refunds stored in PostgreSQL."""
        return await self._store.rows(wanted)

    @activity.defn(name=ReconcileActivity.LIST_RETRIED)
    async def list_retried(self, wanted: PageRequest) -> RetriedPage:
        """Return a page of the Slack messages whose posting was retried."""
        return await self._store.retried(wanted)

    @activity.defn(name=ReconcileActivity.LIST_EXECUTIONS)
    async def list_executions(self, wanted: PageRequest) -> ExecutionPage:
        """Return a page of the workflows in Temporal."""
        return await self._client.list_executions(wanted)

    @activity.defn(name=ReconcileActivity.READ_WORKFLOW_STATES)
    async def read_workflow_states(self, asked: SubjectRefs) -> SubjectStates:
        """Query the state of each workflow, and then read its row from PostgreSQL."""
        return SubjectStates(states=tuple(await asyncio.gather(*map(self._read_state, asked.subjects))))

    @activity.defn(name=ReconcileActivity.LOAD_CARD)
    async def load_card(self, subject: SubjectRef) -> LoadedCard:
        """Return what the card of an ended order or refund should show, and where the card is."""
        return await self._states.card(subject)

    @activity.defn(name=ReconcileActivity.REQUEST_CARD_REFRESH)
    async def request_card_refresh(self, subject: SubjectRef) -> None:
        """Signal the running workflow to update its card."""
        await self._client.refresh_card(subject)

    @activity.defn(name=ReconcileActivity.STORE_ROW)
    async def store_row(self, subject: SubjectRef) -> None:
        """Write the row in PostgreSQL from the workflow's state."""
        if subject.subject is Subject.REFUND:
            refund = await self._workflows.refund_status(subject.order_id)
            await self._orders.record(_refund_writes(refund, refund.steps))
            return
        view = await self._workflows.status(subject.order_id)
        if view.order is None:
            return
        await self._orders.receive(view.order, view.changes[0].at if view.changes else view.updated_at)
        await self._orders.record(PendingWrites(order_id=subject.order_id, changes=view.changes))

    @activity.defn(name=ReconcileActivity.CLOSE_ROW)
    async def close_row(self, subject: SubjectRef) -> None:
        """Mark the row as ended whose workflow was terminated in Temporal before it had charged anything."""
        reason = "its workflow was ended in Temporal"
        if subject.subject is Subject.REFUND:
            refund = await self._workflows.refund_status(subject.order_id)
            to = RefundStatus.FAILED if refund.status is RefundStatus.APPROVED else RefundStatus.CANCELLED
            step = RefundStep(to=to, at=now(), reason=reason)
            await self._orders.record(_refund_writes(refund, (*refund.steps, step)))
            return
        view = await self._workflows.status(subject.order_id)
        steps = PendingWrites(order_id=subject.order_id, changes=view.changes)
        await self._orders.record(steps.with_change(OrderStatus.CANCELLED, now(), reason))

    @activity.defn(name=ReconcileActivity.RECORD_FINDINGS)
    async def record_findings(self, found: RecordFindings) -> None:
        """Store the findings in the audit log, and log each of them."""
        for number, finding in enumerate(found.findings):
            await self._store.record(found.run, finding, number)
            level = "info" if finding.repaired else "error" if finding.repair is None else "warning"
            getattr(log, level)(
                "reconciliation finding",
                order_id=finding.order_id,
                kind=str(finding.kind),
                detail=finding.detail,
                repaired=finding.repaired,
                problem=finding.problem,
            )

    async def _read_state(self, subject: SubjectRef) -> SubjectState:
        async with self._query_slots:
            workflow = await self._states.read(subject)
            return SubjectState(workflow=workflow, row=await self._store.row(subject))


def _refund_writes(refund: RefundView, steps: tuple[RefundStep, ...]) -> PendingWrites:
    return PendingWrites(order_id=refund.order_id, refund_id=refund.refund_id, refund_steps=steps)
