"""Runs activities with the time limits and retry policies of `contracts.activity_options`."""

from typing import Any, TypeVar, cast

from temporalio import workflow
from temporalio.workflow import ActivityCancellationType

from orchestration.contracts.activity_options import START_TO_CLOSE, ActivityOptions

T = TypeVar("T")


def start(
    activity: str,
    argument: object,
    options: ActivityOptions,
    *,
    result_type: type | None = None,
    task_queue: str | None = None,
    cancellation_type: ActivityCancellationType = ActivityCancellationType.TRY_CANCEL,
    summary: str | None = None,
) -> workflow.ActivityHandle[Any]:
    """Start an activity and return its handle. `task_queue` None: the queue of the workflow."""
    return workflow.start_activity(
        activity,
        argument,
        result_type=result_type,
        task_queue=task_queue,
        start_to_close_timeout=START_TO_CLOSE,
        schedule_to_close_timeout=options.schedule_to_close,
        retry_policy=options.retry_policy,
        priority=options.priority,
        cancellation_type=cancellation_type,
        summary=summary,
    )


async def execute(
    activity: str,
    argument: object,
    options: ActivityOptions,
    result_type: type[T] | None = None,
    *,
    task_queue: str | None = None,
    cancellation_type: ActivityCancellationType = ActivityCancellationType.TRY_CANCEL,
    summary: str | None = None,
) -> T:
    """Run an activity and return its result. Raises FailureError once it is not retried any more."""
    handle = start(
        activity,
        argument,
        options,
        result_type=result_type,
        task_queue=task_queue,
        cancellation_type=cancellation_type,
        summary=summary,
    )
    return cast("T", await handle)
