"""What the reconciler asks of PostgreSQL and Temporal, and how it mends a row."""

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

AT_ONCE = 5
"""Workflows asked at the same time."""


class ReconcileActivities:
    """Reads may be repeated; so may mends, since each looks again at what it is about to change."""

    def __init__(
        self,
        store: ReconcileStore,
        orders: OrderStore,
        reader: OrderReader,
        gateway: WorkflowClient,
        executions: ReconciliationClient,
    ) -> None:
        self._store = store
        self._orders = orders
        self._gateway = gateway
        self._executions = executions
        self._views = StateReader(gateway, store, reader)
        self._turns = asyncio.Semaphore(AT_ONCE)

    @activity.defn(name=ReconcileActivity.LIST_ROWS)
    async def list_rows(self, wanted: PageRequest) -> RowPage:
        """Return a page of what is stored."""
        return await self._store.rows(wanted)

    @activity.defn(name=ReconcileActivity.LIST_RETRIED)
    async def list_retried(self, wanted: PageRequest) -> RetriedPage:
        """Return a page of the messages that can be there twice."""
        return await self._store.retried(wanted)

    @activity.defn(name=ReconcileActivity.LIST_EXECUTIONS)
    async def list_executions(self, wanted: PageRequest) -> ExecutionPage:
        """Return a page of what Temporal has."""
        return await self._executions.list_executions(wanted)

    @activity.defn(name=ReconcileActivity.READ_WORKFLOW_STATES)
    async def read_workflow_states(self, asked: SubjectRefs) -> SubjectStates:
        """Ask each workflow where it stands, and then PostgreSQL."""
        return SubjectStates(states=tuple(await asyncio.gather(*map(self._tell, asked.subjects))))

    @activity.defn(name=ReconcileActivity.LOAD_CARD)
    async def load_card(self, case: SubjectRef) -> LoadedCard:
        """Return what the card of something that has ended should show, and where it is."""
        return await self._views.card(case)

    @activity.defn(name=ReconcileActivity.REQUEST_CARD_REFRESH)
    async def request_card_refresh(self, case: SubjectRef) -> None:
        """Let the running workflow draw its card again."""
        await self._executions.refresh_card(case)

    @activity.defn(name=ReconcileActivity.STORE_ROW)
    async def store_row(self, case: SubjectRef) -> None:
        """Write the row from what the workflow says."""
        if case.subject is Subject.REFUND:
            refund = await self._gateway.refund_status(case.order_id)
            await self._orders.record(_refund_journal(refund, refund.steps))
            return
        view = await self._gateway.status(case.order_id)
        if view.order is None:
            return
        await self._orders.receive(view.order, view.changes[0].at if view.changes else view.updated_at)
        await self._orders.record(PendingWrites(order_id=case.order_id, changes=view.changes))

    @activity.defn(name=ReconcileActivity.CLOSE_ROW)
    async def close_row(self, case: SubjectRef) -> None:
        """End the row of what was ended in Temporal; nothing was paid, the finding says."""
        reason = "its workflow was ended in Temporal"
        if case.subject is Subject.REFUND:
            refund = await self._gateway.refund_status(case.order_id)
            to = RefundStatus.FAILED if refund.status is RefundStatus.APPROVED else RefundStatus.CANCELLED
            step = RefundStep(to=to, at=now(), reason=reason)
            await self._orders.record(_refund_journal(refund, (*refund.steps, step)))
            return
        view = await self._gateway.status(case.order_id)
        steps = PendingWrites(order_id=case.order_id, changes=view.changes)
        await self._orders.record(steps.then(OrderStatus.CANCELLED, now(), reason))

    @activity.defn(name=ReconcileActivity.RECORD_FINDINGS)
    async def record_findings(self, found: RecordFindings) -> None:
        """Put them into the audit log, and into the log."""
        for number, finding in enumerate(found.findings):
            await self._store.record(found.run, finding, number)
            level = "info" if finding.repaired else "error" if finding.repair is None else "warning"
            getattr(log, level)(
                "the reconciler found something",
                order_id=finding.order_id,
                kind=str(finding.kind),
                detail=finding.detail,
                repaired=finding.repaired,
                problem=finding.problem,
            )

    async def _tell(self, case: SubjectRef) -> SubjectState:
        async with self._turns:
            workflow = await self._views.truth(case)
            return SubjectState(workflow=workflow, row=await self._store.row(case))


def _refund_journal(refund: RefundView, steps: tuple[RefundStep, ...]) -> PendingWrites:
    return PendingWrites(order_id=refund.order_id, refund_id=refund.refund_id, refund_steps=steps)
