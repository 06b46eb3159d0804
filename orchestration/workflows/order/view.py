"""The answer to the query `status`, built from what the workflow remembers."""

from typing import assert_never

from temporalio import workflow

from orchestration.domain.approval.gate import Gate
from orchestration.domain.order.status import OrderStatus
from orchestration.domain.order.summary import escape
from orchestration.domain.order.view import OrderView
from orchestration.workflows.approval.card import CardUpdater
from orchestration.workflows.order.state import OrderWorkflowState


def view_of(file: OrderWorkflowState, card: CardUpdater) -> OrderView:
    """Return the order as it stands."""
    case = file.case
    return OrderView(
        order_id=file.order_id,
        version=file.version,
        status=case.status,
        order=file.order,
        gate=case.gate,
        changes=case.changes,
        cancel=case.cancel,
        payment=file.payment,
        tracking=file.tracking,
        reason=case.changes[-1].reason if case.changes else None,
        waiting_for=_waiting_for(file, card),
        card=card.ref,
        card_version=card.shown_version,
        card_problem=card.problem,
        updated_at=case.changes[-1].at if case.changes else workflow.info().workflow_start_time,
    )


def details_of(view: OrderView) -> str:
    """Say in Markdown, for Temporal's Web UI, where the order stands."""
    said = [f"**{view.status.replace('_', ' ').capitalize()}**"]
    if view.waiting_for:
        said.append(f"Waits for {view.waiting_for}")
    if view.status is OrderStatus.PENDING_MANUAL_APPROVAL and view.gate.deadline:
        said.append(f"Expires {view.gate.deadline:%Y-%m-%d %H:%M} UTC")
    if view.tracking:
        said.append(f"Tracking {escape(view.tracking)}")
    if view.reason:
        said.append(escape(view.reason))
    return "\n\n".join(said)


def waiting_for_people(gate: Gate, card: CardUpdater) -> str:
    """Say what an open gate waits for."""
    posted = "" if card.ref else "; the card is still on its way to Slack"
    asked = "; information was asked for" if gate.open_questions else ""
    return f"approval ({_progress(gate)}){asked}{posted}"


def _progress(gate: Gate) -> str:
    if len(gate.progress) == 1:
        return f"{gate.counted} of {gate.needed}"
    return ", ".join(f"{each.group} {each.have} of {each.count}" for each in gate.progress)


def _waiting_for(file: OrderWorkflowState, card: CardUpdater) -> str | None:
    gate = file.case.gate
    if file.case.cancel is not None and not file.status.is_final:
        return "being cancelled"
    match file.status:
        case OrderStatus.CREATED:
            return "validation"
        case OrderStatus.VALIDATED:
            return "the approval policy"
        case OrderStatus.PENDING_MANUAL_APPROVAL if gate.outcome is not None:
            return "its amendment to be stored"
        case OrderStatus.PENDING_MANUAL_APPROVAL:
            return waiting_for_people(gate, card)
        case OrderStatus.APPROVED:
            return "the payment"
        case OrderStatus.PAYMENT_CHARGED | OrderStatus.SHIPPING:
            return "shipping"
        case OrderStatus.SHIPPED | OrderStatus.CANCELLED | OrderStatus.EXPIRED | OrderStatus.FAILED:
            return "the card in Slack to show the end" if card.is_behind else None
        case _ as never:
            assert_never(never)
