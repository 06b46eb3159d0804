"""Repairs reconciler findings one at a time. A repair that fails does not stop the others."""

from typing import TypeVar, assert_never

from temporalio import workflow
from temporalio.exceptions import FailureError

from orchestration.contracts.activity_options import RECONCILE, RECONCILE_SLACK
from orchestration.contracts.names import SLACK_TASK_QUEUE
from orchestration.contracts.reconciliation import (
    CardLookup,
    DeleteCopy,
    GetCard,
    LoadedCard,
    MessageCopies,
    ReconcileActivity,
    ReconcileSlackActivity,
    RecordFindings,
    RetriedMessage,
    SubjectRef,
)
from orchestration.contracts.slack import SlackActivity, UpdateCard
from orchestration.domain.fields import MessageRef
from orchestration.domain.policy.approval_policy import Subject
from orchestration.domain.reconciliation import comparison
from orchestration.domain.reconciliation.findings import Finding, ObservedCard, Repair
from orchestration.workflows import activity_calls
from orchestration.workflows.failures import reason_of

T = TypeVar("T")


async def read_card(key: str, ref: MessageRef | None) -> list[ObservedCard]:
    """Read one card from Slack; an empty list if there is none."""
    if ref is None:
        return []
    argument = GetCard(key=key, ref=ref)
    card = (await call(ReconcileSlackActivity.READ_CARD, argument, CardLookup)).card
    return [] if card is None else [card]


async def find_copies(message: RetriedMessage) -> Finding | None:
    """Check whether a message whose posting was retried is in Slack more than once."""
    found = await call(ReconcileSlackActivity.FIND_COPIES, message, MessageCopies)
    return comparison.find_duplicates(Subject.ORDER, message.order_id, message.key, message.known, found.refs)


async def repair(finding: Finding) -> Finding:
    """Repair one finding, unless only a person can, and return the finding with the result."""
    if finding.repair is None:
        return finding
    try:
        await _carry_out(finding, finding.repair)
    except FailureError as failure:
        return finding.model_copy(update={"problem": reason_of(failure)})
    return finding.model_copy(update={"repaired": True})


async def record(findings: tuple[Finding, ...]) -> None:
    """Store the findings in the audit log, and log them."""
    if findings:
        found = RecordFindings(run=workflow.info().run_id, findings=findings)
        await call(ReconcileActivity.RECORD_FINDINGS, found, None)


async def _carry_out(finding: Finding, repair: Repair) -> None:
    subject = SubjectRef(subject=finding.subject, order_id=finding.order_id)
    match repair:
        case Repair.REFRESH_CARD:
            await call(ReconcileActivity.REQUEST_CARD_REFRESH, subject, None)
        case Repair.STORE_ROW:
            await call(ReconcileActivity.STORE_ROW, subject, None)
        case Repair.RENDER_CARD:
            await _update_card(subject)
        case Repair.CLOSE_ROW:
            await call(ReconcileActivity.CLOSE_ROW, subject, None)
            await _update_card(subject)
        case Repair.DELETE_COPIES:
            for copy in finding.copies:
                argument = DeleteCopy(key=finding.key, copy_ref=copy)
                await call(ReconcileSlackActivity.DELETE_COPY, argument, None)
        case _ as never:
            assert_never(never)


async def _update_card(subject: SubjectRef) -> None:
    loaded = await call(ReconcileActivity.LOAD_CARD, subject, LoadedCard)
    if loaded.ref is None or loaded.card_view is None:
        return  # There never was a card.
    argument = UpdateCard(card=loaded.ref, card_view=loaded.card_view)
    await call(SlackActivity.UPDATE_CARD, argument, MessageRef)


async def call(activity: str, argument: object, result_type: type[T] | None) -> T:
    """Run an activity on the task queue that serves it. Raises FailureError after the last retry."""
    if isinstance(activity, ReconcileSlackActivity | SlackActivity):
        return await activity_calls.execute(
            activity, argument, RECONCILE_SLACK, result_type, task_queue=SLACK_TASK_QUEUE
        )
    return await activity_calls.execute(activity, argument, RECONCILE, result_type)
