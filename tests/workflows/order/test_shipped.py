"""Orders that are shipped."""

from temporalio.testing import WorkflowEnvironment

from orchestration.domain.approval.verdict import VerdictKind
from orchestration.domain.card import CardStatus
from orchestration.domain.order.status import OrderStatus
from orchestration.domain.order.view import PaymentState
from tests.support.orders import a_small_order
from tests.workflows.fake_activities import APPROVER, FakeActivities
from tests.workflows.running_order import start


async def test_an_approved_order_is_charged_and_shipped(
    env: WorkflowEnvironment, fakes: FakeActivities
) -> None:
    """After one approval the order passes every status, each is stored, and the card shows the end."""
    case = await start(env.client, fakes)
    verdict = await case.approve(APPROVER)
    view = await case.end()
    assert verdict.kind in {VerdictKind.RECORDED, VerdictKind.HELD}
    assert fakes.statuses == [
        OrderStatus.VALIDATED,
        OrderStatus.PENDING_MANUAL_APPROVAL,
        OrderStatus.APPROVED,
        OrderStatus.PAYMENT_CHARGED,
        OrderStatus.SHIPPING,
        OrderStatus.SHIPPED,
    ]
    assert (view.status, view.payment, view.tracking) == (
        OrderStatus.SHIPPED,
        PaymentState.CHARGED,
        "TRK-1",
    )
    assert case.recorded(VerdictKind.RECORDED) == ["d-approve"]
    assert fakes.calls["post_card"] == 1
    assert fakes.cards[-1].card_status is CardStatus.DONE
    assert view.waiting_for is None


async def test_an_order_under_the_threshold_asks_nobody(
    env: WorkflowEnvironment, fakes: FakeActivities
) -> None:
    """The order ships without approval, and no card is posted."""
    case = await start(env.client, fakes, a_small_order())
    view = await case.end()
    assert view.status is OrderStatus.SHIPPED
    assert fakes.cards == []
