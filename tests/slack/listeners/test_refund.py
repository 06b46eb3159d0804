"""`/order refund` over a real socket, and the card of a refund."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from slack_sdk.web.async_client import AsyncWebClient

from bot.messages.activities import SlackActivities
from localdev.slack.client import WorkspaceClient
from orchestration.contracts.slack import PostCard, UpdateCard
from orchestration.domain.actor import Surface
from orchestration.domain.approval.decision import DecisionKind
from orchestration.domain.card import order_card
from orchestration.domain.errors import CountersignError, NoWorkerAnswered, OrderNotFound, TemporalUnavailable
from orchestration.domain.order.status import OrderStatus
from orchestration.domain.policy.approval_policy import Subject
from orchestration.domain.refund.refund import RefundRequest, RefundStatus, RefundView, refund_card
from tests.slack.bots import Bot, running_bot
from tests.slack.interactions import until
from tests.slack.listeners.test_order_command import ask
from tests.slack.people import ALICE, BOB, CHANNEL, NOW, pending

REQUEST = RefundRequest(order_id="ord-1", requester=BOB, reason="It arrived *broken* <!channel>")


@pytest_asyncio.fixture
async def bot(web: AsyncWebClient, workspace: WorkspaceClient) -> AsyncIterator[Bot]:
    """Connected."""
    async with running_bot(web, workspace.wait_for_connections) as running:
        yield running


def a_refund(status: RefundStatus = RefundStatus.PENDING_MANUAL_APPROVAL, **fields: Any) -> RefundView:
    view = pending()
    base = {"refund_id": "ord-1.abcdef12", "order_id": "ord-1", "version": 1, "status": status}
    rest = {"request": REQUEST, "order": view.order, "gate": view.gate, "updated_at": NOW}
    return RefundView.model_validate(base | rest | fields)


async def test_a_refund_is_asked_for_and_its_state_told(bot: Bot, workspace: WorkspaceClient) -> None:
    """The reason is what was typed behind the id; its words stay words."""
    bot.workflows.on_refund = a_refund()
    message = await ask(workspace, "refund ord-1 It arrived *broken* &lt;!channel&gt;", "needs approval")
    (request,) = bot.workflows.refunds
    assert (request.order_id, request.requester) == ("ord-1", ALICE)
    assert request.reason.startswith("It arrived *broken*")
    assert "<!channel>" not in str(message)


@pytest.mark.parametrize(
    ("text", "answer", "contains"),
    [
        ("refund", None, "Refund which order, and why?"),
        ("refund ../etc", None, "does not begin with an order id"),
        ("refund ord-1", OrderNotFound(), "There is no refund of order ord-1"),
        ("refund ord-1 broken", NoWorkerAnswered(), "is safely stored"),
        ("refund ord-1 broken", TemporalUnavailable(), "cannot be reached"),
        ("refund ord-1 " + "x" * 1001, None, "at most 1000 characters"),
        (
            "refund ord-1",
            a_refund(RefundStatus.FAILED, reason="has been refunded already"),
            "refunded already",
        ),
    ],
)
async def test_every_answer_is_in_words(
    bot: Bot,
    workspace: WorkspaceClient,
    text: str,
    answer: CountersignError | RefundView | None,
    contains: str,
) -> None:
    if answer is not None:
        bot.workflows.on_refund = answer
    await ask(workspace, text, contains)


async def test_a_refund_has_a_card_of_its_own_whose_buttons_decide_the_refund(
    bot: Bot, activities: SlackActivities, workspace: WorkspaceClient
) -> None:
    """Beside the order's own card; a click on it goes to the refund's workflow."""
    other_card = await activities.post_card(PostCard(card_view=order_card(pending())))
    shown = refund_card(a_refund())
    card = await activities.post_card(PostCard(card_view=shown))
    assert await activities.post_card(PostCard(card_view=shown)) == card != other_card
    message = await workspace.wait_for_message(
        ALICE, CHANNEL, contains="The refund of order ord-1", ts=card.ts
    )
    assert "<!channel>" not in str(message["blocks"])
    await workspace.click(ALICE, CHANNEL, card.ts, "order_approve")
    await until(bot, bot.workflows.decided)
    ((order_id, kind, request),) = bot.workflows.decided
    assert (order_id, kind, request.surface) == ("ord-1", DecisionKind.APPROVE, Surface.BUTTON)
    assert bot.workflows.subjects == [Subject.REFUND]
    done = refund_card(a_refund(RefundStatus.REFUNDED, version=2))
    await activities.update_card(UpdateCard(card=card, card_view=done))
    ended = await workspace.wait_for_message(ALICE, CHANNEL, contains="has been given back", ts=card.ts)
    assert "order_approve" not in str(ended["blocks"])


async def test_the_status_of_a_shipped_order_tells_of_its_refund(
    bot: Bot, workspace: WorkspaceClient
) -> None:
    """Its own workflow ended before anybody asked for the money."""
    bot.workflows.on_status = pending().model_copy(update={"status": OrderStatus.SHIPPED})
    bot.workflows.on_refund = a_refund(RefundStatus.REFUNDED)
    message = await ask(workspace, "status ord-1", "has been shipped")
    assert "The refund of order ord-1 is done" in message["text"]
    assert "The refund of order ord-1 is done" in str(message["blocks"])
