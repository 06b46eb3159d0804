"""Each activity of a refund is retried."""

from collections.abc import AsyncIterator

import pytest
from temporalio.testing import WorkflowEnvironment

from orchestration.contracts.activities import OrderActivity, RefundActivity
from orchestration.domain.refund.refund import RefundStatus
from tests.workflows.fake_activities import APPROVER, running_workers
from tests.workflows.running_refund import REQUEST, FakeRefundActivities, start_refund


@pytest.fixture
async def env(temporal_env: WorkflowEnvironment) -> WorkflowEnvironment:
    """The development server.

    The time-skipping one rejects a workflow task that cancels a timer which fires at that moment ("invalid
    history builder state for action"), and then hangs. Here the card's timer of 3 s ends just as the second
    retry does, after 1 + 2 s.
    """
    return temporal_env


@pytest.fixture
async def fakes(env: WorkflowEnvironment, unique: str) -> AsyncIterator[FakeRefundActivities]:
    """Fake activities for a refund of this test's own, with running workers."""
    fakes = FakeRefundActivities(unique)
    async with running_workers(fakes, env.client):
        yield fakes


@pytest.mark.parametrize("activity_name", [RefundActivity.OPEN, OrderActivity.REFUND, OrderActivity.RECORD])
async def test_each_activity_may_fail_twice(
    env: WorkflowEnvironment, fakes: FakeRefundActivities, activity_name: str
) -> None:
    """Retries lead to the same end."""
    fakes.failing(activity_name, RuntimeError("flaky"), times=2)
    request = REQUEST.model_copy(update={"order_id": fakes.order_id})
    refund = await start_refund(env.client, fakes, request)
    await refund.reach_status(RefundStatus.PENDING_MANUAL_APPROVAL)
    await refund.approve(APPROVER)
    assert (await refund.ended()).status is RefundStatus.REFUNDED
    assert fakes.calls[activity_name] >= 3
