"""Compares an order or a refund in Temporal, PostgreSQL and Slack, and says how to repair differences.

The workflow's state is authoritative; the row and the card are projections, and those are repaired. Findings
about payments or about missing workflows are only reported, for a person to decide. The repairs are carried
out by `workflows/reconciliation/repairs.py`.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from orchestration.domain.fields import MessageRef
from orchestration.domain.order.status import OrderStatus
from orchestration.domain.policy.approval_policy import Subject
from orchestration.domain.reconciliation.findings import (
    MISSING,
    Finding,
    FindingKind,
    ObservedCard,
    Repair,
    StoredState,
    WorkflowState,
)

_PAYMENT_IF_SHIPPED = {"charged", "refunded"}
_PAYMENT_IF_NOT_SHIPPED = {None, "declined", "voided", "refunded"}
_MONEY_MAY_BE_TAKEN = {"claimed", "charged"}


def needs_workflow_check(row: StoredState, cards: Sequence[ObservedCard]) -> bool:
    """Whether the workflow must be queried for this row: not if the row and its cards show that it ended."""
    return not row.is_final or any(card.has_buttons or _shows_earlier_state(card) for card in cards)


def compare(
    row: StoredState | None, workflow: WorkflowState, cards: Sequence[ObservedCard], changed_before: datetime
) -> tuple[Finding, ...]:
    """Compare row, workflow and all cards with this key. Changes after `changed_before` are skipped."""
    if workflow.changed_at > changed_before or (row is not None and row.updated_at > changed_before):
        return ()
    if row is not None and workflow.reference not in {None, row.reference}:
        # The row is an earlier refund of the order; the workflow's latest run belongs to another one.
        workflow = workflow.model_copy(update={"execution": MISSING, "status": None})
    return (*_of_row(row, workflow), *_of_card(row, workflow, cards))


def check_payment(row: StoredState, changed_before: datetime) -> Finding | None:
    """Check that the payment of an order that has ended fits its status."""
    if row.subject is not Subject.ORDER or not row.is_final or row.updated_at > changed_before:
        return None
    if row.payment in (_PAYMENT_IF_SHIPPED if row.status == OrderStatus.SHIPPED else _PAYMENT_IF_NOT_SHIPPED):
        return None
    detail = f"it is {row.status}, and its payment is {row.payment or 'not there'}: ask the payment gateway"
    return Finding(
        kind=FindingKind.PAYMENT_MISMATCH, subject=row.subject, order_id=row.order_id, detail=detail
    )


def find_duplicates(
    subject: Subject, order_id: str, key: str, kept: MessageRef | None, found: Sequence[MessageRef]
) -> Finding | None:
    """Find duplicates among all messages with this key; `kept` is the one that PostgreSQL has."""
    copies = tuple(ref for ref in found if ref != kept)
    if not copies or (kept is None and len(copies) == 1):
        return None
    known = "none of them is known" if kept is None or kept not in found else f"the one of {kept.ts} is known"
    return Finding(
        kind=FindingKind.DUPLICATE_MESSAGE,
        subject=subject,
        order_id=order_id,
        detail=f"{len(found)} messages {key}: {known}",
        repair=Repair.DELETE_COPIES if kept in found else None,
        key=key,
        copies=copies,
    )


def _of_row(row: StoredState | None, workflow: WorkflowState) -> Iterator[Finding]:
    if workflow.execution == MISSING:
        if row is not None and not row.is_final:
            detail = f"stored as {row.status}, and Temporal has no such workflow: was its data lost?"
            yield _finding(workflow, FindingKind.WORKFLOW_MISSING, detail)
    elif workflow.status is None:
        detail = f"no worker can answer for it ({workflow.problem}): look at it in Temporal's Web UI"
        yield _finding(workflow, FindingKind.WORKFLOW_UNRESPONSIVE, detail)
    elif row is None:
        if workflow.can_be_stored:
            detail = f"it is {workflow.status}, and not stored"
            yield _finding(workflow, FindingKind.ROW_MISSING, detail, Repair.STORE_ROW)
    elif workflow.has_closed_early:
        if not row.is_final:
            yield _closed_early(row, workflow)
    elif row.status != workflow.status:
        # A running workflow stores its own steps, in their order in the audit log.
        repair = None if workflow.is_running else Repair.STORE_ROW
        yield _finding(
            workflow, FindingKind.ROW_OUTDATED, f"stored as {row.status}, and it is {workflow.status}", repair
        )


def _closed_early(row: StoredState, workflow: WorkflowState) -> Finding:
    ended = f"its workflow was ended in Temporal ({workflow.execution}) while it was {workflow.status}"
    if row.payment not in _MONEY_MAY_BE_TAKEN:
        return _finding(workflow, FindingKind.WORKFLOW_CLOSED, ended, Repair.CLOSE_ROW)
    advice = "reset the workflow in Temporal, and it goes on from where it was"
    return _finding(workflow, FindingKind.WORKFLOW_CLOSED, f"{ended}; its payment is {row.payment}: {advice}")


def _of_card(
    row: StoredState | None, workflow: WorkflowState, cards: Sequence[ObservedCard]
) -> Iterator[Finding]:
    kept = card_of(row, workflow)
    card = next((each for each in cards if each.ref == kept), None)
    if workflow.is_running:
        yield from _of_running(workflow, kept, card)
    elif card is not None and _should_have_ended(row, workflow):
        if card.has_buttons:
            yield _finding(
                workflow,
                FindingKind.STALE_BUTTONS,
                "it has ended, and its card has buttons",
                Repair.RENDER_CARD,
            )
        elif _shows_earlier_state(card):
            detail = f"it has ended, and its card shows version {card.version}, from before that"
            yield _finding(workflow, FindingKind.CARD_OUTDATED, detail, Repair.RENDER_CARD)


def card_of(row: StoredState | None, workflow: WorkflowState) -> MessageRef | None:
    """Return where the card is, by the workflow or else by the row."""
    return workflow.card or (row.card if row is not None else None)


def _of_running(
    workflow: WorkflowState, kept: MessageRef | None, card: ObservedCard | None
) -> Iterator[Finding]:
    if workflow.status is None or kept is None or workflow.card_version < workflow.version:
        return  # The card is being updated, or its state is unknown.
    if card is None:
        if workflow.is_open:
            detail = "people are waited for, and the card is not in its channel"
            yield _finding(workflow, FindingKind.CARD_MISSING, detail, Repair.REFRESH_CARD)
    elif card.has_buttons and not workflow.is_open:
        detail = "nobody is waited for, and its card has buttons"
        yield _finding(workflow, FindingKind.STALE_BUTTONS, detail, Repair.REFRESH_CARD)
    elif card.version is not None and card.version < workflow.card_version:
        yield _finding(
            workflow, FindingKind.CARD_OUTDATED, _behind(card, workflow.card_version), Repair.REFRESH_CARD
        )


def _shows_earlier_state(card: ObservedCard) -> bool:
    return card.version is not None and not card.is_final


def _should_have_ended(row: StoredState | None, workflow: WorkflowState) -> bool:
    return workflow.is_final or (row is not None and row.is_final)


def _behind(card: ObservedCard, version: int) -> str:
    return f"the card shows version {card.version}, and the newest is {version}"


def _finding(
    workflow: WorkflowState, kind: FindingKind, detail: str, repair: Repair | None = None
) -> Finding:
    return Finding(
        kind=kind, subject=workflow.subject, order_id=workflow.order_id, detail=detail, repair=repair
    )
