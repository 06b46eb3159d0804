"""A card that waits in the rate-limit queue: the order goes on, and the card is posted once, up to date."""

from temporalio import activity
from temporalio.client import Client

from orchestration.contracts.activities import ShippingActivity
from orchestration.contracts.slack import PostCard, RenderedCard, SlackActivity, UpdateCard
from orchestration.domain.order.status import OrderStatus
from tests.workflows.fake_activities import APPROVER, FakeActivities, Pause, running_workers
from tests.workflows.running_order import RunningOrder, start


class Queue(FakeActivities):
    """Posts the state of the order at the time of the call to Slack, as the bot does."""

    def __init__(self, order_id: str) -> None:
        super().__init__(order_id)
        self.case: RunningOrder | None = None
        self.turn = Pause(self, SlackActivity.POST_CARD)
        self.awaited: list[tuple[str, bool]] = []

    @activity.defn(name=SlackActivity.POST_CARD)
    async def post_card(self, wanted: PostCard) -> RenderedCard:
        ref = await super().post_card(wanted)
        assert self.case is not None
        view = await self.case.view()
        version = view.version if view.version > wanted.card_view.version else None
        return RenderedCard(channel=ref.channel, ts=ref.ts, version=version)

    @activity.defn(name=SlackActivity.UPDATE_CARD)
    async def update_card(self, wanted: UpdateCard) -> RenderedCard:
        self.awaited.append((wanted.card_view.status_text, wanted.is_urgent))
        ref = await super().update_card(wanted)
        return RenderedCard(channel=ref.channel, ts=ref.ts)


async def test_an_order_that_ends_in_the_queue_is_posted_once(temporal_client: Client, unique: str) -> None:
    """The order ships meanwhile; the card that is posted then shows the end and needs no update."""
    fakes = Queue(unique)
    async with running_workers(fakes, temporal_client):
        fakes.case = await start(temporal_client, fakes)
        await fakes.case.reach(OrderStatus.PENDING_MANUAL_APPROVAL)
        await fakes.turn.reached.wait()
        await fakes.case.approve(APPROVER)
        await fakes.case.reach(OrderStatus.SHIPPED)
        assert (await fakes.case.view()).waiting_for == "the card in Slack to show the end"
        fakes.turn.go_on.set()
        end = await fakes.case.end()
    assert (fakes.calls[SlackActivity.POST_CARD], fakes.calls[SlackActivity.UPDATE_CARD]) == (1, 0)
    assert end.card_version == end.version


async def test_what_comes_after_the_post_is_drawn_over_it(temporal_client: Client, unique: str) -> None:
    """The card is posted as "is being shipped": only the end is left to update, and that is awaited."""
    fakes = Queue(unique)
    async with running_workers(fakes, temporal_client):
        package = Pause(fakes, ShippingActivity.PREPARE)
        fakes.case = await start(temporal_client, fakes)
        await fakes.case.reach(OrderStatus.PENDING_MANUAL_APPROVAL)
        await fakes.turn.reached.wait()
        await fakes.case.approve(APPROVER)
        await package.reached.wait()
        await fakes.case.reach(OrderStatus.SHIPPING)
        fakes.turn.go_on.set()
        while (await fakes.case.view()).is_card_outdated:
            pass
        package.go_on.set()
        end = await fakes.case.end()
    assert fakes.awaited == [("has been shipped", True)]
    assert end.card_version == end.version


async def test_mere_progress_is_not_awaited(temporal_client: Client, unique: str) -> None:
    """A step that is neither a decision nor the end is updated with `is_awaited` false."""
    fakes = Queue(unique)
    fakes.turn.go_on.set()
    async with running_workers(fakes, temporal_client):
        package = Pause(fakes, ShippingActivity.PREPARE)
        fakes.case = await start(temporal_client, fakes)
        await fakes.case.reach(OrderStatus.PENDING_MANUAL_APPROVAL)
        while (await fakes.case.view()).is_card_outdated:
            pass
        await fakes.case.approve(APPROVER)
        await package.reached.wait()
        while ("is being shipped", False) not in fakes.awaited:
            await fakes.case.view()
        package.go_on.set()
        await fakes.case.end()
    assert fakes.awaited[0][1]
    assert fakes.awaited[-1] == ("has been shipped", True)
