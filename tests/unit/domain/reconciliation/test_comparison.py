"""What the reconciler finds where Temporal, PostgreSQL and Slack disagree, and what it leaves to a person."""

from datetime import UTC, datetime, timedelta

import pytest

from orchestration.domain.fields import MessageRef
from orchestration.domain.policy.approval_policy import Subject
from orchestration.domain.reconciliation.comparison import (
    check_payment,
    compare,
    find_duplicates,
    needs_workflow_check,
)
from orchestration.domain.reconciliation.findings import (
    FindingKind,
    ObservedCard,
    Repair,
    StoredState,
    WorkflowState,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LONG_AGO = NOW - timedelta(hours=1)
CARD = MessageRef(channel="C1", ts="1.000001")
COPY = MessageRef(channel="C1", ts="2.000002")
WAITS = "PENDING_MANUAL_APPROVAL"


def a_row(status: str = WAITS, **changes: object) -> StoredState:
    """An order as stored."""
    final = status in {"SHIPPED", "CANCELLED", "FAILED", "EXPIRED"}
    row = StoredState(
        subject=Subject.ORDER,
        order_id="ord-1",
        reference="ord-1",
        status=status,
        is_final=final,
        updated_at=LONG_AGO,
        payment="charged" if status == "SHIPPED" else None,
        card_key="ord-1:card",
        card=CARD,
    )
    return row.model_copy(update=changes)


def a_truth(status: str | None = WAITS, execution: str = "RUNNING", **changes: object) -> WorkflowState:
    """An order as its workflow says."""
    final = status in {"SHIPPED", "CANCELLED", "FAILED", "EXPIRED"}
    truth = WorkflowState(
        subject=Subject.ORDER,
        order_id="ord-1",
        execution=execution,
        reference="ord-1",
        status=status,
        is_final=final,
        is_open=status == WAITS,
        can_be_stored=True,
        version=4,
        card_key="ord-1:card",
        card=CARD,
        card_version=4,
        changed_at=LONG_AGO,
    )
    return truth.model_copy(update=changes)


def a_card(version: int | None = 4, *, has_buttons: bool = True, is_final: bool = False) -> ObservedCard:
    """A card as Slack has it."""
    return ObservedCard(
        key="ord-1:card", ref=CARD, version=version, has_buttons=has_buttons, is_final=is_final
    )


def found(
    row: StoredState | None, truth: WorkflowState, *seen: ObservedCard
) -> list[tuple[FindingKind, Repair | None]]:
    """Kinds and mends."""
    return [(finding.kind, finding.repair) for finding in compare(row, truth, seen, NOW)]


DONE = a_card(has_buttons=False, is_final=True)
LATE = a_card(3, has_buttons=False)
"""A drawing of an earlier state that Slack carried out after the one of the end."""
SHIPPED = a_truth("SHIPPED", "COMPLETED")
K, M = FindingKind, Repair


@pytest.mark.parametrize(
    ("row", "truth", "seen", "expected"),
    [
        # All agree.
        (a_row(), a_truth(), [a_card()], []),
        (a_row("SHIPPED"), SHIPPED, [DONE], []),
        (a_row("SHIPPED"), a_truth(None, "MISSING"), [DONE], []),
        # A finished order whose card somebody deleted is nobody's loss.
        (a_row("SHIPPED"), SHIPPED, [], []),
        # Its card is on its way, or is being drawn.
        (a_row(card=None), a_truth(card=None, card_version=0), [], []),
        (a_row(), a_truth(version=5), [a_card(3)], []),
        # A message that is no card, such as a reminder, has no version.
        (a_row(), a_truth(), [a_card(None)], []),
        # The card.
        (a_row(), a_truth(), [], [(K.CARD_MISSING, M.REFRESH_CARD)]),
        (a_row(), a_truth(), [a_card(3)], [(K.CARD_OUTDATED, M.REFRESH_CARD)]),
        (a_row("SHIPPING"), a_truth("SHIPPING"), [a_card()], [(K.STALE_BUTTONS, M.REFRESH_CARD)]),
        (a_row("SHIPPED"), SHIPPED, [a_card()], [(K.STALE_BUTTONS, M.RENDER_CARD)]),
        (a_row("SHIPPED"), SHIPPED, [LATE], [(K.CARD_OUTDATED, M.RENDER_CARD)]),
        (a_row("SHIPPED"), a_truth(None, "MISSING"), [a_card()], [(K.STALE_BUTTONS, M.RENDER_CARD)]),
        # The row.
        (None, SHIPPED, [DONE], [(K.ROW_MISSING, M.STORE_ROW)]),
        (None, a_truth("FAILED", "COMPLETED", can_be_stored=False), [], []),
        (a_row("SHIPPING"), SHIPPED, [DONE], [(K.ROW_OUTDATED, M.STORE_ROW)]),
        (a_row(), a_truth("APPROVED"), [DONE], [(K.ROW_OUTDATED, None)]),
        # The workflow.
        (a_row(), a_truth(None, "MISSING"), [a_card()], [(K.WORKFLOW_MISSING, None)]),
        (a_row(), a_truth(None, problem="it hangs"), [a_card()], [(K.WORKFLOW_UNRESPONSIVE, None)]),
        (a_row(), a_truth(execution="TERMINATED"), [a_card()], [(K.WORKFLOW_CLOSED, M.CLOSE_ROW)]),
        (a_row(payment="claimed"), a_truth(execution="TIMED_OUT"), [DONE], [(K.WORKFLOW_CLOSED, None)]),
        (a_row(payment="charged"), a_truth(execution="TERMINATED"), [DONE], [(K.WORKFLOW_CLOSED, None)]),
        (
            a_row(payment="refunded"),
            a_truth(execution="TERMINATED"),
            [DONE],
            [(K.WORKFLOW_CLOSED, M.CLOSE_ROW)],
        ),
        # Closed by an earlier look.
        (a_row("CANCELLED"), a_truth(execution="TERMINATED"), [DONE], []),
        (a_row("CANCELLED"), a_truth(execution="TERMINATED"), [a_card()], [(K.STALE_BUTTONS, M.RENDER_CARD)]),
        # An earlier refund of the order: the workflow tells of a later one.
        (a_row("CANCELLED", reference="ord-1.a"), a_truth(reference="ord-1.b"), [DONE], []),
    ],
)
def test_each_disagreement_is_found_and_mended_as_it_should_be(
    row: StoredState | None,
    truth: WorkflowState,
    seen: list[ObservedCard],
    expected: list[tuple[FindingKind, Repair | None]],
) -> None:
    """Nothing more, and nothing less."""
    assert found(row, truth, *seen) == expected


def test_what_has_just_changed_is_left_alone() -> None:
    """A step and its drawing take a moment."""
    late = NOW + timedelta(seconds=1)
    assert found(a_row(updated_at=late), a_truth()) == []
    assert found(a_row(), a_truth(changed_at=late)) == []


@pytest.mark.parametrize(
    ("status", "payment", "is_wrong"),
    [
        ("SHIPPED", "charged", False),
        ("SHIPPED", "refunded", False),
        ("SHIPPED", None, True),
        ("SHIPPED", "claimed", True),
        ("SHIPPED", "declined", True),
        ("CANCELLED", None, False),
        ("CANCELLED", "refunded", False),
        ("FAILED", "declined", False),
        ("EXPIRED", "voided", False),
        ("CANCELLED", "charged", True),
        ("FAILED", "claimed", True),
        (WAITS, "charged", False),
    ],
)
def test_money_that_does_not_fit_the_end_is_reported(
    status: str, payment: str | None, is_wrong: bool
) -> None:
    """And left to a person."""
    finding = check_payment(a_row(status, payment=payment), NOW)
    assert (finding is not None) == is_wrong
    assert finding is None or (finding.kind, finding.repair) == (FindingKind.PAYMENT_MISMATCH, None)


def test_copies_are_deleted_only_beside_the_message_that_is_known() -> None:
    """Whoever knows of none may not choose."""

    def copies(
        kept: MessageRef | None, *refs: MessageRef
    ) -> tuple[Repair | None, tuple[MessageRef, ...]] | None:
        finding = find_duplicates(Subject.ORDER, "ord-1", "ord-1:card", kept, refs)
        return None if finding is None else (finding.repair, finding.copies)

    assert copies(CARD, CARD, COPY) == (Repair.DELETE_COPIES, (COPY,))
    assert copies(CARD, CARD) is None
    assert copies(CARD) is None
    assert copies(None, CARD) is None
    assert copies(None, CARD, COPY) == (None, (CARD, COPY))
    assert copies(CARD, COPY) == (None, (COPY,))


def test_only_what_waits_or_looks_so_is_asked_about() -> None:
    """A workflow that has ended takes a worker a moment to load."""
    assert needs_workflow_check(a_row(), [])
    assert needs_workflow_check(a_row("SHIPPED"), [a_card()])
    assert needs_workflow_check(a_row("SHIPPED"), [LATE])
    assert not needs_workflow_check(a_row("SHIPPED"), [a_card(None, has_buttons=False)])
    assert not needs_workflow_check(a_row("SHIPPED"), [DONE])
