"""An order's search attribute, summary and details in Temporal."""

from temporalio.common import SearchAttributeKey
from temporalio.testing import WorkflowEnvironment

from orchestration.client.workflow_client import WorkflowClient
from orchestration.contracts.activities import OrderActivity, ShippingActivity
from orchestration.contracts.names import STATUS_SEARCH_ATTRIBUTE
from orchestration.domain.card import CardStatus
from orchestration.domain.order.status import OrderStatus
from tests.support.orders import a_small_order, an_order
from tests.workflows.fake_activities import APPROVER, FakeActivities, Pause, running_workers
from tests.workflows.running_order import RunningOrder, start

STATUS = SearchAttributeKey.for_keyword(STATUS_SEARCH_ATTRIBUTE)


async def indexed(case: RunningOrder) -> str | None:
    """Return the search attribute as the server has it."""
    return (await case.handle.describe()).typed_search_attributes.get(STATUS)


async def test_the_search_attribute_follows_what_lasts(
    temporal_env: WorkflowEnvironment, unique: str
) -> None:
    """The attribute changes when the order waits, when a step lasts, and at the end."""
    fakes = FakeActivities(unique)
    async with running_workers(fakes, temporal_env.client):
        pause = Pause(fakes, ShippingActivity.PREPARE)
        case = await start(temporal_env.client, fakes)
        await case.reach(OrderStatus.PENDING_MANUAL_APPROVAL)
        assert await indexed(case) == OrderStatus.PENDING_MANUAL_APPROVAL
        await case.approve(APPROVER)
        await pause.reached.wait()
        while fakes.cards[-1].card_status is not CardStatus.IN_PROGRESS:
            await case.view()
        assert await indexed(case) == OrderStatus.SHIPPING
        pause.go_on.set()
        await case.end()
        assert await indexed(case) == OrderStatus.SHIPPED


async def test_an_order_without_a_card_is_indexed_at_each_step(
    temporal_env: WorkflowEnvironment, unique: str
) -> None:
    """Without a card there is nothing to notice that a step lasts, so every step is indexed."""
    fakes = FakeActivities(unique)
    async with running_workers(fakes, temporal_env.client):
        pause = Pause(fakes, OrderActivity.CHARGE)
        case = await start(temporal_env.client, fakes, a_small_order(order_id=unique))
        await pause.reached.wait()
        await case.reach(OrderStatus.APPROVED)
        assert await indexed(case) == OrderStatus.APPROVED
        pause.go_on.set()
        await case.end()
        assert await indexed(case) == OrderStatus.SHIPPED


async def test_the_web_ui_has_words_for_it(temporal_env: WorkflowEnvironment, unique: str) -> None:
    """The workflow has a summary and details, in which Markdown that people typed is escaped."""
    fakes = FakeActivities(unique)
    async with running_workers(fakes, temporal_env.client):
        gateway = WorkflowClient(temporal_env.client)
        await gateway.start(an_order(order_id=unique, customer="*Star* [GmbH](https://evil)"))
        case = RunningOrder(
            temporal_env.client, fakes, temporal_env.client.get_workflow_handle(f"order-{unique}")
        )
        await case.reach(OrderStatus.PENDING_MANUAL_APPROVAL)
        description = await case.handle.describe()
        summary, details = await description.static_summary(), await description.static_details()
        assert summary is not None
        assert "1,200.00 EUR" in summary
        assert "\\*Star\\*" in summary
        assert details is not None
        assert "[GmbH](" not in details
        current = await case.handle.query("__temporal_workflow_metadata")
        assert "Waits for approval" in str(current)
        await case.approve(APPROVER)
        await gateway.wait_for_end(unique)
