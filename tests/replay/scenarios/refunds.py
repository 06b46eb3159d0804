"""Refunds of a shipped order, to each possible end. Their names begin with `refund_`."""

from datetime import timedelta

from temporalio.client import Client
from temporalio.exceptions import ApplicationError

from orchestration.contracts.activities import RefundActivity
from orchestration.domain.refund.refund import RefundStatus
from tests.replay.scenarios.base import Scenario
from tests.support.orders import a_small_order
from tests.support.policy import a_tier
from tests.workflows.fake_activities import APPROVER, REQUESTER, FakeActivities
from tests.workflows.running_refund import REQUEST, FakeRefundActivities, RunningRefund, start_refund


async def refund_approved(client: Client, fakes: FakeActivities, order_id: str) -> RunningRefund:
    """The refund is approved, and the money is paid back."""
    refund = await waiting_refund(client, fakes, order_id)
    await refund.approve(APPROVER)
    return refund


async def refund_turned_down(client: Client, fakes: FakeActivities, order_id: str) -> RunningRefund:
    """The refund is turned down."""
    refund = await waiting_refund(client, fakes, order_id)
    await refund.approve(REQUESTER, "d-own")
    await refund.cancel(APPROVER)
    return refund


async def refund_automatic(client: Client, fakes: FakeActivities, order_id: str) -> RunningRefund:
    """Under every threshold."""
    assert isinstance(fakes, FakeRefundActivities)
    fakes.order = a_small_order(order_id=order_id)
    return await _started(client, fakes, order_id)


async def refund_expired(client: Client, fakes: FakeActivities, order_id: str) -> RunningRefund:
    """Nobody decides before the deadline."""
    fakes.tier = a_tier(APPROVER, expires_after=timedelta(seconds=1))
    return await _started(client, fakes, order_id)


async def refund_refused(client: Client, fakes: FakeActivities, order_id: str) -> RunningRefund:
    """The order cannot be refunded."""
    refused = ApplicationError("order_id: has been refunded already", non_retryable=True)
    fakes.failing(RefundActivity.OPEN, refused)
    return await _started(client, fakes, order_id)


async def refund_of_nothing(client: Client, fakes: FakeActivities, order_id: str) -> RunningRefund:
    """The refund is approved, but nothing had been charged."""
    fakes.statuses.clear()
    return await refund_approved(client, fakes, order_id)


async def refund_cancelled_by_temporal(client: Client, fakes: FakeActivities, order_id: str) -> RunningRefund:
    """The workflow is cancelled in Temporal, as from the Web UI, while it waits for approval."""
    refund = await waiting_refund(client, fakes, order_id)
    await refund.handle.cancel()
    return refund


async def waiting_refund(client: Client, fakes: FakeActivities, order_id: str) -> RunningRefund:
    """Start a refund's workflow, and return when it waits for approval."""
    refund = await _started(client, fakes, order_id)
    await refund.reach_status(RefundStatus.PENDING_MANUAL_APPROVAL)
    return refund


async def _started(client: Client, fakes: FakeActivities, order_id: str) -> RunningRefund:
    return await start_refund(client, fakes, REQUEST.model_copy(update={"order_id": order_id}))


SCENARIOS: tuple[Scenario, ...] = (
    refund_approved,
    refund_turned_down,
    refund_automatic,
    refund_expired,
    refund_refused,
    refund_of_nothing,
    refund_cancelled_by_temporal,
)
