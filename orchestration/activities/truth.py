"""Where something stands by its workflow, and what its card should show once nothing follows."""

from datetime import UTC, datetime

from orchestration.domain.cardview import CardView, order_card
from orchestration.domain.errors import NoWorkerAnswered, OrderNotFound
from orchestration.domain.gate import Gate
from orchestration.domain.order import OrderStatus
from orchestration.domain.policy import Subject
from orchestration.domain.reconciliation import MISSING, Row, Truth
from orchestration.domain.refund import RefundStatus, RefundView, refund_card
from orchestration.domain.view import OrderView
from orchestration.execution import Execution
from orchestration.gateway import OrderGateway
from orchestration.ports import OrderReader, ReconcileStore
from orchestration.reconciling import Case, LoadedCard

_LONG_AGO = datetime.fromtimestamp(0, UTC)


class Views:
    """Asks the workflow; where that is gone, the row."""

    def __init__(self, gateway: OrderGateway, store: ReconcileStore, reader: OrderReader) -> None:
        self._gateway = gateway
        self._store = store
        self._reader = reader

    async def truth(self, case: Case) -> Truth:
        """Ask Temporal and the workflow. Raises TemporalUnavailable, OutcomeUnknown."""
        try:
            execution = await self._gateway.execution(case.order_id, case.subject)
        except OrderNotFound:
            return Truth(
                subject=case.subject, order_id=case.order_id, execution=MISSING, changed_at=_LONG_AGO
            )
        try:
            if case.subject is Subject.ORDER:
                return _of_order(await self._gateway.status(case.order_id), execution)
            return _of_refund(await self._gateway.refund_status(case.order_id), execution)
        except NoWorkerAnswered as error:
            return Truth(
                subject=case.subject,
                order_id=case.order_id,
                execution=execution.status,
                changed_at=execution.closed_at or execution.started_at,
                problem=str(error),
            )

    async def card(self, case: Case) -> LoadedCard:
        """Return what the card should show now that nothing follows, and where it is."""
        row = await self._store.row(case)
        if row is None or row.card is None:
            return LoadedCard(shown=None, ref=None)
        ended = await self._reader.ended(case.subject, case.order_id)
        shown = await self._shown(case, row, None if ended is None else ended.reason)
        return LoadedCard(shown=shown, ref=row.card)

    async def _shown(self, case: Case, row: Row, reason: str | None) -> CardView | None:
        stored = await self._reader.get(case.order_id)
        order = None if stored is None else stored.order
        gate = Gate(requester=order.requester if order else "")
        # A workflow that was ended from outside says where it stood then: the row knows how it ended.
        if case.subject is Subject.ORDER:
            try:
                view = await self._gateway.status(case.order_id)
            except OrderNotFound:
                view = OrderView(
                    order_id=case.order_id,
                    version=0,
                    status=OrderStatus(row.status),
                    order=order,
                    gate=gate,
                    updated_at=row.updated_at,
                )
            if not view.status.is_final:
                update = {"status": OrderStatus(row.status), "reason": reason, "version": view.version + 1}
                view = view.model_copy(update=update)
            return order_card(view)
        try:
            refund = await self._gateway.refund_status(case.order_id)
        except OrderNotFound:
            refund = None
        if refund is None or refund.refund_id != row.reference:
            refund = RefundView(
                refund_id=row.reference,
                order_id=case.order_id,
                version=0,
                status=RefundStatus(row.status),
                request=None,
                order=order,
                gate=gate,
                reason=reason,
                updated_at=row.updated_at,
            )
        if not refund.status.is_final:
            ended = {"status": RefundStatus(row.status), "reason": reason, "version": refund.version + 1}
            refund = refund.model_copy(update=ended)
        return refund_card(refund)


def _of_order(view: OrderView, execution: Execution) -> Truth:
    shown = order_card(view)
    return Truth(
        subject=Subject.ORDER,
        order_id=view.order_id,
        execution=execution.status,
        reference=view.order_id,
        status=view.status,
        is_final=view.status.is_final,
        is_open=shown.is_open,
        can_be_stored=view.order is not None,
        version=view.version,
        card_key=f"{view.order_id}:{shown.key}",
        card=view.card,
        card_version=view.card_version,
        changed_at=execution.closed_at or view.updated_at,
        problem=view.card_problem,
    )


def _of_refund(view: RefundView, execution: Execution) -> Truth:
    shown = refund_card(view)
    return Truth(
        subject=Subject.REFUND,
        order_id=view.order_id,
        execution=execution.status,
        reference=view.refund_id,
        status=view.status,
        is_final=view.status.is_final,
        is_open=shown.is_open,
        version=view.version,
        card_key=f"{view.order_id}:{shown.key}",
        card=view.card,
        card_version=view.card_version,
        changed_at=execution.closed_at or view.updated_at,
        problem=view.card_problem,
    )
