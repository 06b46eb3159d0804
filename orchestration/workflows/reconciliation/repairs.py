"""The reconciler's hands: each finding is mended by itself; one that cannot be leaves the others alone."""

from typing import TypeVar, assert_never, cast

from temporalio import workflow
from temporalio.exceptions import FailureError

from orchestration.contracts.activity_options import READ, READ_SLACK, TRY_TIME_LIMIT
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
from orchestration.workflows.failures import reason_of

T = TypeVar("T")


async def look_again(key: str, ref: MessageRef | None) -> list[ObservedCard]:
    """Look at one card as it is now."""
    if ref is None:
        return []
    wanted = GetCard(key=key, ref=ref)
    card = (await call(ReconcileSlackActivity.LOOK_AT_CARD, wanted, CardLookup)).card
    return [] if card is None else [card]


async def find_copies(message: RetriedMessage) -> Finding | None:
    """Look whether a message that was set out on more than once is there more than once."""
    found = await call(ReconcileSlackActivity.FIND_COPIES, message, MessageCopies)
    return comparison.judge_copies(Subject.ORDER, message.order_id, message.key, message.known, found.refs)


async def repair(finding: Finding) -> Finding:
    """Mend it, if it is not for a person."""
    if finding.repair is None:
        return finding
    try:
        await _do(finding, finding.repair)
    except FailureError as failure:
        return finding.model_copy(update={"problem": reason_of(failure)})
    return finding.model_copy(update={"mended": True})


async def record(findings: tuple[Finding, ...]) -> None:
    """Put them into the audit log, and loudly into the log."""
    if findings:
        found = RecordFindings(run=workflow.info().run_id, findings=findings)
        await call(ReconcileActivity.RECORD_FINDINGS, found, None)


async def _do(finding: Finding, repair: Repair) -> None:
    case = SubjectRef(subject=finding.subject, order_id=finding.order_id)
    match repair:
        case Repair.REDRAW:
            await call(ReconcileActivity.ASK_TO_REDRAW, case, None)
        case Repair.STORE:
            await call(ReconcileActivity.STORE_ROW, case, None)
        case Repair.DRAW:
            await _draw(case)
        case Repair.CLOSE:
            await call(ReconcileActivity.CLOSE_ROW, case, None)
            await _draw(case)
        case Repair.DELETE:
            for copy in finding.copies:
                wanted = DeleteCopy(key=finding.key, copy_ref=copy)
                await call(ReconcileSlackActivity.DELETE_COPY, wanted, None)
        case _ as never:
            assert_never(never)


async def _draw(case: SubjectRef) -> None:
    loaded = await call(ReconcileActivity.LOAD_CARD, case, LoadedCard)
    if loaded.ref is None or loaded.shown is None:
        return  # It never had a card.
    wanted = UpdateCard(card=loaded.ref, shown=loaded.shown)
    await call(SlackActivity.UPDATE_CARD, wanted, MessageRef)


async def call(activity: str, argument: object, result_type: type[T] | None) -> T:
    """Call an activity where it lives. Raises FailureError when patience is over."""
    in_slack = isinstance(activity, ReconcileSlackActivity | SlackActivity)
    patience = READ_SLACK if in_slack else READ
    result = await workflow.execute_activity(
        activity,
        argument,
        result_type=result_type,
        task_queue=SLACK_TASK_QUEUE if in_slack else None,
        start_to_close_timeout=TRY_TIME_LIMIT,
        schedule_to_close_timeout=patience.in_all,
        retry_policy=patience.policy,
        priority=patience.priority,
    )
    return cast("T", result)
