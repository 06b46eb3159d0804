"""Builds the answer to the query `status`, and the details shown in Temporal's Web UI."""

from typing import assert_never

from temporalio import workflow

from orchestration.domain.order.status import OrderStatus
from orchestration.domain.order.summary import escape
from orchestration.domain.order.view import OrderView
from orchestration.workflows.approval.card import CardUpdater
from orchestration.workflows.approval.waiting_text import waiting_for_approval
from orchestration.workflows.order.state import OrderWorkflowState


def view_of(state: OrderWorkflowState, card: CardUpdater) -> OrderView:
    """Return the whole order as it is now."""
    order_state = state.order_state
    changes = order_state.changes
    return OrderView(
        order_id=state.order_id,
        version=state.version,
        status=order_state.status,
        order=state.order,
        gate=order_state.gate,
        changes=changes,
        cancel=order_state.cancel,
        payment=state.payment,
        tracking=state.tracking,
        reason=changes[-1].reason if changes else None,
        waiting_for=_waiting_for(state, card),
        card=card.ref,
        card_version=card.shown_version,
        card_problem=card.problem,
        updated_at=changes[-1].at if changes else workflow.info().workflow_start_time,
    )


def details_of(view: OrderView) -> str:
    """Return the workflow's current details as Markdown."""
    parts = [f"**{view.status.replace('_', ' ').capitalize()}**"]
    if view.waiting_for:
        parts.append(f"Waits for {view.waiting_for}")
    if view.status is OrderStatus.PENDING_MANUAL_APPROVAL and view.gate.deadline:
        parts.append(f"Expires {view.gate.deadline:%Y-%m-%d %H:%M} UTC")
    if view.tracking:
        parts.append(f"Tracking {escape(view.tracking)}")
    if view.reason:
        parts.append(escape(view.reason))
    return "\n\n".join(parts)


def _waiting_for(state: OrderWorkflowState, card: CardUpdater) -> str | None:
    gate = state.gate
    if state.order_state.cancel is not None and not state.status.is_final:
        return "being cancelled"
    match state.status:
        case OrderStatus.CREATED:
            return "validation"
        case OrderStatus.VALIDATED:
            return "the approval policy"
        case OrderStatus.PENDING_MANUAL_APPROVAL if gate.outcome is not None:
            return "its amendment to be stored"
        case OrderStatus.PENDING_MANUAL_APPROVAL:
            return waiting_for_approval(gate, card)
        case OrderStatus.APPROVED:
            return "the payment"
        case OrderStatus.PAYMENT_CHARGED | OrderStatus.SHIPPING:
            return "shipping"
        case OrderStatus.SHIPPED | OrderStatus.CANCELLED | OrderStatus.EXPIRED | OrderStatus.FAILED:
            return "the card in Slack to show the end" if card.is_behind else None
        case _ as never:
            assert_never(never)
