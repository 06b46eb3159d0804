"""Whether Temporal, PostgreSQL and Slack agree about one order, and what is to be done where they do not.

The workflow is the truth; the row and the card are projections of it, and those are mended. What is about
money, or about a workflow that is gone, is only reported: a person has to decide.
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

_ENDED_WELL = {"charged", "refunded"}
_ENDED_UNPAID = {None, "declined", "voided", "refunded"}
_MONEY_MAY_BE_TAKEN = {"claimed", "charged"}


def needs_workflow_check(row: StoredState, seen: Sequence[ObservedCard]) -> bool:
    """Whether the workflow has to be asked about this row. What has ended, and looks so, is left alone."""
    return not row.is_final or any(card.has_buttons or _shows_less_than_the_end(card) for card in seen)


def judge(
    row: StoredState | None, truth: WorkflowState, seen: Sequence[ObservedCard], settled_by: datetime
) -> tuple[Finding, ...]:
    """Compare the three. `seen`: all cards with this key. What is newer than `settled_by` is left alone."""
    if truth.changed_at > settled_by or (row is not None and row.updated_at > settled_by):
        return ()
    if row is not None and truth.reference not in {None, row.reference}:
        # An earlier refund of the same order: the workflow's latest run is another one.
        truth = truth.model_copy(update={"execution": MISSING, "status": None})
    return (*_of_row(row, truth), *_of_card(row, truth, seen))


def check_payment(row: StoredState, settled_by: datetime) -> Finding | None:
    """Compare an order that has ended with its payment."""
    if row.subject is not Subject.ORDER or not row.is_final or row.updated_at > settled_by:
        return None
    if row.payment in (_ENDED_WELL if row.status == OrderStatus.SHIPPED else _ENDED_UNPAID):
        return None
    detail = f"it is {row.status}, and its payment is {row.payment or 'not there'}: ask the payment gateway"
    return Finding(
        kind=FindingKind.PAYMENT_MISMATCH, subject=row.subject, order_id=row.order_id, detail=detail
    )


def find_duplicates(
    subject: Subject, order_id: str, key: str, kept: MessageRef | None, found: Sequence[MessageRef]
) -> Finding | None:
    """Look at all messages with this key; `kept` is the one that Countersign knows of."""
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


def _of_row(row: StoredState | None, truth: WorkflowState) -> Iterator[Finding]:
    if truth.execution == MISSING:
        if row is not None and not row.is_final:
            detail = f"stored as {row.status}, and Temporal has no such workflow: was its data lost?"
            yield _finding(truth, FindingKind.WORKFLOW_MISSING, detail)
    elif truth.status is None:
        detail = f"no worker can answer for it ({truth.problem}): look at it in Temporal's Web UI"
        yield _finding(truth, FindingKind.WORKFLOW_UNRESPONSIVE, detail)
    elif row is None:
        if truth.can_be_stored:
            detail = f"it is {truth.status}, and not stored"
            yield _finding(truth, FindingKind.ROW_MISSING, detail, Repair.STORE_ROW)
    elif truth.has_closed_early:
        if not row.is_final:
            yield _dead(row, truth)
    elif row.status != truth.status:
        # While it runs the workflow itself stores each step, in its place in the audit log.
        repair = None if truth.is_running else Repair.STORE_ROW
        yield _finding(
            truth, FindingKind.ROW_OUTDATED, f"stored as {row.status}, and it is {truth.status}", repair
        )


def _dead(row: StoredState, truth: WorkflowState) -> Finding:
    ended = f"its workflow was ended in Temporal ({truth.execution}) while it was {truth.status}"
    if row.payment not in _MONEY_MAY_BE_TAKEN:
        return _finding(truth, FindingKind.WORKFLOW_CLOSED, ended, Repair.CLOSE_ROW)
    advice = "reset the workflow in Temporal, and it goes on from where it was"
    return _finding(truth, FindingKind.WORKFLOW_CLOSED, f"{ended}; its payment is {row.payment}: {advice}")


def _of_card(
    row: StoredState | None, truth: WorkflowState, seen: Sequence[ObservedCard]
) -> Iterator[Finding]:
    kept = card_of(row, truth)
    card = next((each for each in seen if each.ref == kept), None)
    if truth.is_running:
        yield from _of_running(truth, kept, card)
    elif card is not None and _should_have_ended(row, truth):
        if card.has_buttons:
            yield _finding(
                truth, FindingKind.STALE_BUTTONS, "it has ended, and its card has buttons", Repair.RENDER_CARD
            )
        elif _shows_less_than_the_end(card):
            detail = f"it has ended, and its card shows version {card.version}, from before that"
            yield _finding(truth, FindingKind.CARD_OUTDATED, detail, Repair.RENDER_CARD)


def card_of(row: StoredState | None, truth: WorkflowState) -> MessageRef | None:
    """Where the card is, as far as the workflow or the row know."""
    return truth.card or (row.card if row is not None else None)


def _of_running(
    truth: WorkflowState, kept: MessageRef | None, card: ObservedCard | None
) -> Iterator[Finding]:
    if truth.status is None or kept is None or truth.card_version < truth.version:
        return  # It is being drawn, or nobody knows.
    if card is None:
        if truth.is_open:
            detail = "people are waited for, and the card is not in its channel"
            yield _finding(truth, FindingKind.CARD_MISSING, detail, Repair.REFRESH_CARD)
    elif card.has_buttons and not truth.is_open:
        detail = "nobody is waited for, and its card has buttons"
        yield _finding(truth, FindingKind.STALE_BUTTONS, detail, Repair.REFRESH_CARD)
    elif card.version is not None and card.version < truth.card_version:
        yield _finding(
            truth, FindingKind.CARD_OUTDATED, _behind(card, truth.card_version), Repair.REFRESH_CARD
        )


def _shows_less_than_the_end(card: ObservedCard) -> bool:
    # A release that did not say which version it drew did not say this either.
    return card.version is not None and not card.is_final


def _should_have_ended(row: StoredState | None, truth: WorkflowState) -> bool:
    return truth.is_final or (row is not None and row.is_final)


def _behind(card: ObservedCard, version: int) -> str:
    return f"the card shows version {card.version}, and the newest is {version}"


def _finding(truth: WorkflowState, kind: FindingKind, detail: str, repair: Repair | None = None) -> Finding:
    return Finding(kind=kind, subject=truth.subject, order_id=truth.order_id, detail=detail, repair=repair)
