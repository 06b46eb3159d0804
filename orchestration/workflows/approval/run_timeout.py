"""Computes until when a workflow may wait if whoever started it gave it a run timeout."""

from datetime import datetime, timedelta

from temporalio import workflow

MARGIN = timedelta(minutes=1)
"""Time left before the run timeout, at most a tenth of it, so that the order ends as expired, with its card
updated, instead of being terminated by Temporal."""


def latest_deadline() -> datetime | None:
    """Return when the wait has to end because of the run timeout; None if the workflow has none."""
    info = workflow.info()
    if not info.run_timeout:
        return None
    return info.workflow_start_time + info.run_timeout - min(MARGIN, info.run_timeout / 10)
