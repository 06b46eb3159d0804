"""The state of a workflow execution as the Temporal server describes it, which needs no worker."""

from datetime import UTC

from temporalio.api.enums.v1 import PendingActivityState
from temporalio.api.workflow.v1 import PendingActivityInfo
from temporalio.client import WorkflowExecutionDescription
from temporalio.converter import DataConverter
from temporalio.exceptions import FailureError

from orchestration.ports.workflows import Execution, FailingActivity


async def from_description(description: WorkflowExecutionDescription, converter: DataConverter) -> Execution:
    """Convert the server's description."""
    return Execution(
        workflow_id=description.id,
        run_id=description.run_id,
        status=description.status.name if description.status else "UNKNOWN",
        started_at=description.start_time,
        closed_at=description.close_time,
        failing_activities=tuple(
            [
                await _failing_activity(pending, converter)
                for pending in description.raw_description.pending_activities
                if pending.HasField("last_failure")
            ]
        ),
    )


async def _failing_activity(pending: PendingActivityInfo, converter: DataConverter) -> FailingActivity:
    # The message may be encrypted; the converter decrypts it.
    error = await converter.decode_failure(pending.last_failure)
    waits = pending.state == PendingActivityState.PENDING_ACTIVITY_STATE_SCHEDULED
    return FailingActivity(
        activity=pending.activity_type.name,
        attempt=pending.attempt,
        message=error.message if isinstance(error, FailureError) else str(error),
        next_try_at=pending.scheduled_time.ToDatetime(UTC) if waits else None,
    )
