"""OrderWorkflow: validates an order, waits for its approval, charges and ships it."""

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
from orchestration.workflows.approval.run_timeout import latest_deadline
from orchestration.workflows.approval.wait import ApprovalWait
from orchestration.workflows.approval.workflow import ApprovalWorkflow, parse_signal
from orchestration.workflows.order.amendments import Amendments
from orchestration.workflows.order.state import OrderWorkflowState
from orchestration.workflows.order.steps import OrderSteps, OrderStopped
from orchestration.workflows.order.view import details_of, view_of

_STATUS_ATTRIBUTE = SearchAttributeKey.for_keyword(names.STATUS_SEARCH_ATTRIBUTE)
# Each upsert of the search attribute is an event in the history and a write to Temporal's visibility store.
# Statuses that an order with a card usually leaves within a moment are upserted only if they last, when
# the card shows them too.
_TRANSIENT = frozenset({OrderStatus.VALIDATED, OrderStatus.PAYMENT_CHARGED})
_LASTING = frozenset(status for status in OrderStatus if status.is_final) | {
    OrderStatus.PENDING_MANUAL_APPROVAL
}


@workflow.defn(name=names.ORDER_WORKFLOW)
class OrderWorkflow(ApprovalWorkflow):
    """The life of one order, from its arrival to its end."""

    @workflow.init
    def __init__(self, submission: Any, previous: OrderContinueAsNewState | None = None) -> None:
        """`submission` is the order as it came from outside, so any JSON; the first activity parses it.

        `previous` is the state of the previous run of the same order, passed on when it continued as new.
        """
        if not workflow.info().continued_run_id:
            previous = None  # Whoever may start orders may not start them as approved.
        self._submission = submission
        order_id = workflow.info().workflow_id.removeprefix("order-")
        self._state = OrderWorkflowState(order_id, self._show_status)
        self.approval_state = self._state
        self._steps = OrderSteps(self._state)
        self._card = CardUpdater(
            lambda: self._state.version,
            lambda: order_card(self.status()),
            on_lasting_step=self._upsert_status,
        )
        self._approval = ApprovalWait(self._state, self._card, self._store)
        self._amendments = Amendments(self._state)
        if previous is not None:
            self._state.restore(previous)
            self._approval.restore(previous.gate)

    @workflow.run
    async def run(self, submission: Any, previous: OrderContinueAsNewState | None = None) -> OrderView:  # noqa: ARG002 - see init
        """Run the order to its end. A cancellation of the workflow is taken as a cancel decision."""
        return await self.run_to_completion(
            self._run_order(), lambda: self._state.status is OrderStatus.CANCELLED
        )

    async def _run_order(self) -> OrderView:
        try:
            order = self._state.order
            if order is None:
                order = await self._steps.receive(self._submission)
                await self._steps.validate(order)
                await self._open_gate(order)
            else:
                self._show_status(self._state.status)
            if self._state.status is OrderStatus.PENDING_MANUAL_APPROVAL:
                await self._wait_for_approval(order)
            order = self._state.order or order  # An amendment may have replaced it.
            await self._steps.charge(order)
            await self._steps.ship(order)
        except OrderStopped as stopped:
            await self._steps.compensate(stopped)
        await self._approval.finish(self._close_card())
        return self.status()

    async def _open_gate(self, order: Order) -> None:
        policy = await self._steps.resolve_policy(order)
        now = workflow.now()
        waits = self._state.open_gate(policy, latest_deadline(), now)
        to = OrderStatus.PENDING_MANUAL_APPROVAL if waits else OrderStatus.APPROVED
        self._state.advance(to, now, stored=True)
        self._state.judge_held_decisions(now)

    async def _wait_for_approval(self, order: Order) -> None:
        outcome = await self._approval.wait_for_outcome(lambda: self._continue_as_new(order))
        self._steps.raise_if_cancelled()
        if outcome.kind is OutcomeKind.EXPIRED:
            raise OrderStopped(OrderStatus.EXPIRED, "nobody decided in time")
        # The activity that charges stores this status together with the decision.
        self._state.advance(OrderStatus.APPROVED, workflow.now())

    async def _store(self) -> None:
        await self._steps.record(self._state.pending_writes)

    def _continue_as_new(self, order: Order) -> NoReturn:
        previous = OrderContinueAsNewState(
            order=self._state.order or order, gate=self._approval.continue_as_new_state
        )
        self._approval.continue_as_new(self._submission, previous)

    async def _close_card(self) -> None:
        if not await self._approval.wait_for_final_card():
            return
        change = self._state.order_state.changes[-1]
        is_refunded = self._state.payment is PaymentState.REFUNDED
        if change.reason and (change.to is OrderStatus.FAILED or is_refunded):
            refunded = " The payment was refunded." if is_refunded else ""
            await self._card.reply("ended", f"Order {change.to.lower()}: {change.reason}.{refunded}")

    @workflow.signal(name=names.AMEND_SIGNAL)
    async def amend_order(self, amendment: Any = None) -> None:
        """Handle one amendment, an AmendRequest."""
        if (request := parse_signal(AmendRequest, amendment)) is not None:
            await self._amendments.amend(request)

    @workflow.query(name=names.STATUS_QUERY)
    def status(self) -> OrderView:
        """Return the whole order."""
        return view_of(self._state, self._card)

    def _show_status(self, status: OrderStatus) -> None:
        workflow.set_current_details(details_of(self.status()))
        has_no_card = not self._approval.has_begun and status not in _TRANSIENT
        if status in _LASTING or has_no_card:
            self._upsert_status()

    def _upsert_status(self) -> None:
        workflow.upsert_search_attributes([_STATUS_ATTRIBUTE.value_set(self._state.status)])
