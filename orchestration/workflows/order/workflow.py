"""OrderWorkflow: `_story` reads as the life of an order."""

from typing import Any, NoReturn

from temporalio import workflow
from temporalio.common import SearchAttributeKey

with workflow.unsafe.imports_passed_through():
    from orchestration.domain.approval.verdict import OutcomeKind
    from orchestration.domain.card import order_card
    from orchestration.domain.order.amendment import AmendRequest
    from orchestration.domain.order.order import Order
    from orchestration.domain.order.status import OrderStatus
    from orchestration.domain.order.view import OrderView, PaymentState

from orchestration.contracts import names
from orchestration.workflows.approval.card import CardUpdater
from orchestration.workflows.approval.continue_as_new import OrderContinueAsNewState
from orchestration.workflows.approval.wait import ApprovalWait
from orchestration.workflows.approval.workflow import ApprovalWorkflow, understood
from orchestration.workflows.order.amendments import Amendments
from orchestration.workflows.order.state import OrderWorkflowState
from orchestration.workflows.order.steps import OrderSteps, OrderStopped, closing_time
from orchestration.workflows.order.view import details_of, view_of

_STATUS_ATTRIBUTE = SearchAttributeKey.for_keyword(names.STATUS_SEARCH_ATTRIBUTE)
# Each upsert is an event and a write to Temporal's visibility store. What an order with a card passes through
# in a moment gets one only if it lasts, when the card shows it too.
_PASSING = frozenset({OrderStatus.VALIDATED, OrderStatus.PAYMENT_CHARGED})
_LASTING = frozenset(status for status in OrderStatus if status.is_final) | {
    OrderStatus.PENDING_MANUAL_APPROVAL
}


@workflow.defn(name=names.ORDER_WORKFLOW)
class OrderWorkflow(ApprovalWorkflow):
    """Durable from the order's arrival to its end."""

    @workflow.init
    def __init__(self, submission: Any, carried: OrderContinueAsNewState | None = None) -> None:
        """`submission` is the order as it came from outside, so any JSON; the first step looks at it.

        `carried` is what an earlier run of the same order remembered; only this workflow hands it over.
        """
        if not workflow.info().continued_run_id:
            carried = None  # whoever may start orders may not start approved ones
        self._submission = submission
        self._file = OrderWorkflowState(workflow.info().workflow_id.removeprefix("order-"), self._show_status)
        self.gate_file = self._file
        self._steps = OrderSteps(self._file)
        self._card = CardUpdater(
            lambda: self._file.version, lambda: order_card(self.status()), on_lasting=self._index_status
        )
        self._waiting = ApprovalWait(self._file, self._card, self._store)
        self._amender = Amendments(self._file)
        if carried is not None:
            self._file.restore(carried)
            self._waiting.restore(carried.gate)

    @workflow.run
    async def run(self, submission: Any, carried: OrderContinueAsNewState | None = None) -> OrderView:  # noqa: ARG002 - see init
        """Run the order to its end. Cancelling the workflow is a cancel decision and nothing else."""
        return await self.to_its_end(self._story(), lambda: self._file.status is OrderStatus.CANCELLED)

    async def _story(self) -> OrderView:
        try:
            order = self._file.order
            if order is None:
                order = await self._steps.receive(self._submission)
                await self._steps.validate(order)
                await self._open_gate(order)
            else:
                self._show_status(self._file.status)
            if self._file.status is OrderStatus.PENDING_MANUAL_APPROVAL:
                await self._wait_for_approval(order)
            order = self._file.order or order  # as it was amended
            await self._steps.charge(order)
            await self._steps.ship(order)
        except OrderStopped as stopped:
            await self._steps.stop(stopped)
        await self._waiting.finish(self._close_card())
        return self.status()

    async def _open_gate(self, order: Order) -> None:
        policy = await self._steps.resolve_policy(order)
        now = workflow.now()
        waits = self._file.open_gate(policy, closing_time(), now)
        to = OrderStatus.PENDING_MANUAL_APPROVAL if waits else OrderStatus.APPROVED
        self._file.advance(to, now, stored=True)
        self._file.release_held(now)

    async def _wait_for_approval(self, order: Order) -> None:
        outcome = await self._waiting.for_outcome(lambda: self._go_on_in_a_new_run(order))
        self._steps.stop_if_cancelled()
        if outcome.kind is OutcomeKind.EXPIRED:
            raise OrderStopped(OrderStatus.EXPIRED, "nobody decided in time")
        # Stored, with the decision, on the trip that charges.
        self._file.advance(OrderStatus.APPROVED, workflow.now())

    async def _store(self) -> None:
        await self._steps.record(self._file.pending_writes)

    def _go_on_in_a_new_run(self, order: Order) -> NoReturn:
        carried = OrderContinueAsNewState(order=self._file.order or order, gate=self._waiting.carried)
        self._waiting.go_on_in_a_new_run(self._submission, carried)

    async def _close_card(self) -> None:
        if not await self._waiting.card_shows_the_end():
            return
        change = self._file.case.changes[-1]
        if change.reason and (change.to is OrderStatus.FAILED or self._file.payment is PaymentState.REFUNDED):
            refunded = " The payment was refunded." if self._file.payment is PaymentState.REFUNDED else ""
            await self._card.reply("ended", f"Order {change.to.lower()}: {change.reason}.{refunded}")

    @workflow.signal(name=names.AMEND_SIGNAL)
    async def amend_order(self, amendment: Any = None) -> None:
        """One amendment: an AmendRequest."""
        if (wanted := understood(AmendRequest, amendment)) is not None:
            await self._amender.amend(wanted)

    @workflow.query(name=names.STATUS_QUERY)
    def status(self) -> OrderView:
        """Return the whole order."""
        return view_of(self._file, self._card)

    def _show_status(self, status: OrderStatus) -> None:
        workflow.set_current_details(details_of(self.status()))
        nobody_asked = not self._waiting.has_begun and status not in _PASSING
        if status in _LASTING or nobody_asked:
            self._index_status()

    def _index_status(self) -> None:
        workflow.upsert_search_attributes([_STATUS_ATTRIBUTE.value_set(self._file.status)])
