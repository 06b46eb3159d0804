"""The Temporal calls of the reconciler: lists of workflows, starting a reconciliation, and its schedule."""

import uuid
from datetime import UTC, timedelta

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleSpec,
    ScheduleUpdate,
    ScheduleUpdateInput,
    WorkflowHandle,
)
from temporalio.service import RPCError, RPCStatusCode

from orchestration.contracts import names
from orchestration.contracts.reconciliation import (
    PAGE_SIZE,
    RECONCILE_SCHEDULE,
    RECONCILE_WORKFLOW,
    ExecutionPage,
    PageRequest,
    ReconcileRequest,
    SubjectRef,
)
from orchestration.domain.errors import OrderNotFound
from orchestration.domain.policy.approval_policy import Subject

_RUN_LIMIT = timedelta(hours=1)
"""Run timeout of a reconciliation. What Slack's rate limits leave undone by then is up to the next run."""


class ReconciliationClient:
    """Every method may raise RPCError."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def list_executions(self, wanted: PageRequest) -> ExecutionPage:
        """Return a page of orders and refunds whose workflow is running or closed after `wanted.since`."""
        types = f"WorkflowType IN ('{names.ORDER_WORKFLOW}', '{names.REFUND_WORKFLOW}')"
        since = wanted.since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        which = f"(ExecutionStatus = 'Running' OR CloseTime >= '{since}')"
        if wanted.order_id is not None:
            ids = (names.workflow_id(subject, wanted.order_id) for subject in Subject)
            quoted = ", ".join(f"'{each}'" for each in ids)
            which = f"WorkflowId IN ({quoted})"
        listed = self._client.list_workflows(
            f"{types} AND {which}",
            page_size=PAGE_SIZE,
            next_page_token=None if wanted.cursor is None else bytes.fromhex(wanted.cursor),
        )
        await listed.fetch_next_page()
        # A workflow that continued as new is listed once for each run.
        cases = {_subject(each.id): None for each in listed.current_page or ()}
        token = listed.next_page_token
        return ExecutionPage(subjects=tuple(cases), cursor=token.hex() if token else None)

    async def refresh_card(self, subject: SubjectRef) -> None:
        """Signal a running workflow to update its card. Raises OrderNotFound if it is not running."""
        handle = self._client.get_workflow_handle(names.workflow_id(subject.subject, subject.order_id))
        try:
            await handle.signal(names.REFRESH_CARD_SIGNAL)
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                raise OrderNotFound(f"{subject.subject} {subject.order_id} does not run") from None
            raise

    async def start(self, request: ReconcileRequest) -> WorkflowHandle[object, object]:
        """Start one reconciliation now, whether or not another one is running."""
        return await self._client.start_workflow(
            RECONCILE_WORKFLOW,
            request,
            id=f"reconcile-{uuid.uuid4().hex[:8]}",
            task_queue=names.ORDER_TASK_QUEUE,
            run_timeout=_RUN_LIMIT,
            static_summary="check and repair" if request.fix else "check",
        )

    async def create_schedule(self, every: timedelta) -> None:
        """Create the schedule that starts reconciliations, one at a time, or change how often it does."""
        schedule = Schedule(
            action=ScheduleActionStartWorkflow(
                RECONCILE_WORKFLOW,
                ReconcileRequest(fix=True),
                id="reconcile",
                task_queue=names.ORDER_TASK_QUEUE,
                run_timeout=_RUN_LIMIT,
                static_summary="check and repair",
            ),
            spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(every=every)]),
            policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=timedelta(minutes=1)),
        )
        try:
            await self._client.create_schedule(RECONCILE_SCHEDULE, schedule)
        except ScheduleAlreadyRunningError:
            handle = self._client.get_schedule_handle(RECONCILE_SCHEDULE)

            def renew(found: ScheduleUpdateInput) -> ScheduleUpdate:
                # An operator may have paused the schedule, which must stay so.
                schedule.state = found.description.schedule.state
                return ScheduleUpdate(schedule)

            await handle.update(renew)

    async def delete_schedule(self) -> None:
        """Delete the schedule, if there is one."""
        try:
            await self._client.get_schedule_handle(RECONCILE_SCHEDULE).delete()
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise


def _subject(workflow_id: str) -> SubjectRef:
    subject, _, order_id = workflow_id.partition("-")
    return SubjectRef(subject=Subject(subject), order_id=order_id)
