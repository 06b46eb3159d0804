"""What the reconciler needs of Temporal itself: lists of workflows, its own runs, its schedule."""

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
    PAGE,
    RECONCILE_SCHEDULE,
    RECONCILE_WORKFLOW,
    REFRESH_CARD_SIGNAL,
    ExecutionPage,
    PageRequest,
    ReconcileRequest,
    SubjectRef,
)
from orchestration.domain.errors import OrderNotFound
from orchestration.domain.policy.approval_policy import Subject

_RUN_LIMIT = timedelta(hours=1)
"""For one scheduled run. Slack's rate limits are what takes time; the next run goes on from there."""


class ReconciliationClient:
    """Raises RPCError."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def list_executions(self, wanted: PageRequest) -> ExecutionPage:
        """Return orders and refunds whose workflow runs, or has ended since then, as Temporal lists them."""
        types = f"WorkflowType IN ('{names.ORDER_WORKFLOW}', '{names.REFUND_WORKFLOW}')"
        since = wanted.since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        which = f"(ExecutionStatus = 'Running' OR CloseTime >= '{since}')"
        if wanted.order_id is not None:
            ids = (names.workflow_id(subject, wanted.order_id) for subject in Subject)
            quoted = ", ".join(f"'{each}'" for each in ids)
            which = f"WorkflowId IN ({quoted})"
        listed = self._client.list_workflows(
            f"{types} AND {which}",
            page_size=PAGE,
            next_page_token=None if wanted.cursor is None else bytes.fromhex(wanted.cursor),
        )
        await listed.fetch_next_page()
        # A run that continued as new is not one more order.
        cases = {_case(each.id): None for each in listed.current_page or ()}
        token = listed.next_page_token
        return ExecutionPage(subjects=tuple(cases), cursor=token.hex() if token else None)

    async def refresh_card(self, case: SubjectRef) -> None:
        """Ask a running workflow to draw its card again. Raises OrderNotFound if it does not run."""
        handle = self._client.get_workflow_handle(names.workflow_id(case.subject, case.order_id))
        try:
            await handle.signal(REFRESH_CARD_SIGNAL)
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                raise OrderNotFound(f"{case.subject} {case.order_id} does not run") from None
            raise

    async def start(self, request: ReconcileRequest) -> WorkflowHandle[object, object]:
        """Start one reconciliation, beside whatever else runs."""
        return await self._client.start_workflow(
            RECONCILE_WORKFLOW,
            request,
            id=f"reconcile-{uuid.uuid4().hex[:8]}",
            task_queue=names.ORDER_TASK_QUEUE,
            run_timeout=_RUN_LIMIT,
            static_summary="look and mend" if request.fix else "look",
        )

    async def create_schedule(self, every: timedelta) -> None:
        """See that reconciliations run that often, one at a time. Again: nothing happens."""
        schedule = Schedule(
            action=ScheduleActionStartWorkflow(
                RECONCILE_WORKFLOW,
                ReconcileRequest(fix=True),
                id="reconcile",
                task_queue=names.ORDER_TASK_QUEUE,
                run_timeout=_RUN_LIMIT,
                static_summary="look and mend",
            ),
            spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(every=every)]),
            policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=timedelta(minutes=1)),
        )
        try:
            await self._client.create_schedule(RECONCILE_SCHEDULE, schedule)
        except ScheduleAlreadyRunningError:
            handle = self._client.get_schedule_handle(RECONCILE_SCHEDULE)

            def renew(found: ScheduleUpdateInput) -> ScheduleUpdate:
                # Somebody may have paused it: that stays.
                schedule.state = found.description.schedule.state
                return ScheduleUpdate(schedule)

            await handle.update(renew)

    async def delete_schedule(self) -> None:
        """See that none run by themselves."""
        try:
            await self._client.get_schedule_handle(RECONCILE_SCHEDULE).delete()
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise


def _case(workflow_id: str) -> SubjectRef:
    subject, _, order_id = workflow_id.partition("-")
    return SubjectRef(subject=Subject(subject), order_id=order_id)
