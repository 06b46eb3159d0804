"""Reads the authoritative state of an order or refund from its workflow, and the card that it should have."""

from datetime import UTC, datetime

from orchestration.client.workflow_client import WorkflowClient
from orchestration.contracts.reconciliation import LoadedCard, SubjectRef
from orchestration.domain.approval.gate import Gate
from orchestration.domain.card import CardView, order_card
from orchestration.domain.errors import NoWorkerAnswered, OrderNotFound
from orchestration.domain.order.order import Order
from orchestration.domain.order.status import OrderStatus
from orchestration.domain.order.view import OrderView
from orchestration.domain.policy.approval_policy import Subject
from orchestration.domain.reconciliation.findings import MISSING, StoredState, WorkflowState
from orchestration.domain.refund.refund import RefundStatus, RefundView, refund_card
from orchestration.ports.orders import OrderReader
from orchestration.ports.reconciliation import ReconcileStore
from orchestration.ports.workflows import Execution

_LONG_AGO = datetime.fromtimestamp(0, UTC)


class StateReader:
    """Queries workflows. Where a workflow is gone, reads the row in PostgreSQL instead."""

    def __init__(self, workflows: WorkflowClient, store: ReconcileStore, reader: OrderReader) -> None:
        self._workflows = workflows
        self._store = store
        self._reader = reader

    async def read(self, subject: SubjectRef) -> WorkflowState:
        """Describe and query the workflow. Raises TemporalUnavailable, OutcomeUnknown."""
        try:
            execution = await self._workflows.execution(subject.order_id, subject.subject)
        except OrderNotFound:
            return WorkflowState(
                subject=subject.subject, order_id=subject.order_id, execution=MISSING, changed_at=_LONG_AGO
            )
        try:
            if subject.subject is Subject.REFUND:
                refund = await self._workflows.refund_status(subject.order_id)
                return _state(refund, refund_card(refund), refund.refund_id, execution)
            order = await self._workflows.status(subject.order_id)
            return _state(order, order_card(order), order.order_id, execution)
        except NoWorkerAnswered as error:
            return WorkflowState(
                subject=subject.subject,
                order_id=subject.order_id,
                execution=execution.status,
                changed_at=execution.closed_at or execution.started_at,
                problem=str(error),
            )

    async def card(self, subject: SubjectRef) -> LoadedCard:
        """Return what the card of an ended order or refund should show, and where the card is."""
        row = await self._store.row(subject)
        if row is None or row.card is None:
            return LoadedCard(card_view=None, ref=None)
        if subject.subject is Subject.REFUND:
            return LoadedCard(card_view=refund_card(await self._refund(row)), ref=row.card)
        return LoadedCard(card_view=order_card(await self._order(row)), ref=row.card)

    async def _order(self, row: StoredState) -> OrderView:
        try:
            view = await self._workflows.status(row.order_id)
        except OrderNotFound:
            order = await self._stored(row)
            view = OrderView(
                order_id=row.order_id,
                version=0,
                status=OrderStatus.CREATED,
                order=order,
                gate=Gate(requester=order.requester if order else ""),
                updated_at=row.updated_at,
            )
        if view.status.is_final:
            return view
        # A terminated workflow answers with its state at that time; how the order ended is in its row.
        return view.model_copy(
            update={"status": OrderStatus(row.status), **await self._end(row, view.version)}
        )

    async def _refund(self, row: StoredState) -> RefundView:
        try:
            view = await self._workflows.refund_status(row.order_id)
        except OrderNotFound:
            view = None
        if view is None or view.refund_id != row.reference:
            order = await self._stored(row)
            view = RefundView(
                refund_id=row.reference,
                order_id=row.order_id,
                version=0,
                status=RefundStatus.REQUESTED,
                request=None,
                order=order,
                gate=Gate(requester=order.requester if order else ""),
                updated_at=row.updated_at,
            )
        if view.status.is_final:
            return view
        return view.model_copy(
            update={"status": RefundStatus(row.status), **await self._end(row, view.version)}
        )

    async def _stored(self, row: StoredState) -> Order | None:
        stored = await self._reader.get(row.order_id)
        return None if stored is None else stored.order

    async def _end(self, row: StoredState, version: int) -> dict[str, object]:
        ended = await self._reader.final_state(row.subject, row.order_id)
        return {"reason": None if ended is None else ended.reason, "version": version + 1}


def _state(
    view: OrderView | RefundView, shown: CardView, reference: str, execution: Execution
) -> WorkflowState:
    return WorkflowState(
        subject=shown.subject,
        order_id=view.order_id,
        execution=execution.status,
        reference=reference,
        status=view.status,
        is_final=view.status.is_final,
        is_open=shown.is_open,
        # Only a malformed request for a refund has no row.
        can_be_stored=shown.subject is Subject.ORDER and view.order is not None,
        version=view.version,
        card_key=f"{view.order_id}:{shown.key}",
        card=view.card,
        card_version=view.card_version,
        # A workflow may stay open long after the order's end, until its card shows the end.
        changed_at=view.updated_at if view.status.is_final else execution.closed_at or view.updated_at,
        problem=view.card_problem,
    )
