"""Clicks over a real socket are acknowledged, delivered as one decision, and answered."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from slack_sdk.web.async_client import AsyncWebClient

from bot.ids import ButtonValue
from bot.messages.activities import SlackActivities
from localdev.slack.client import WorkspaceClient
from orchestration.contracts.slack import PostCard
from orchestration.domain.actor import ActorKind, Surface
from orchestration.domain.approval.decision import DecisionKind
from orchestration.domain.approval.verdict import VerdictKind
from orchestration.domain.card import order_card
from orchestration.domain.errors import (
    CountersignError,
    NoWorkerAnswered,
    OrderNotFound,
    OrderOver,
    OutcomeUnknown,
    TemporalUnavailable,
)
from orchestration.domain.fields import MessageRef
from orchestration.domain.order.status import OrderStatus
from orchestration.domain.policy.approval_policy import Subject
from orchestration.ports.audit_log import Event
from tests.slack.bots import Bot, a_row, running_bot
from tests.slack.people import ALICE, BOB, CHANNEL, FINANCE, NOW, pending


@pytest_asyncio.fixture
async def bot(web: AsyncWebClient, workspace: WorkspaceClient) -> AsyncIterator[Bot]:
    """Connected."""
    async with running_bot(web, workspace.wait_for_connections) as running:
        yield running


@pytest_asyncio.fixture
async def card(activities: SlackActivities) -> MessageRef:
    """Of an order that waits for approval."""
    return await activities.post_card(PostCard(card_view=order_card(pending())))


async def until_decided(bot: Bot, times: int) -> None:
    """Wait until so many decisions arrived; the clicks may still be being answered."""
    async with asyncio.timeout(5), bot.workflows.heard:
        await bot.workflows.heard.wait_for(lambda: len(bot.workflows.decided) >= times)


async def sees(workspace: WorkspaceClient, words: str, user: str = ALICE) -> None:
    """Fail unless that user gets an ephemeral message with these words."""
    message = await workspace.wait_for_message(user, CHANNEL, contains=words)
    assert message["is_ephemeral"]


@pytest.mark.parametrize(
    ("action", "kind"), [("order_approve", DecisionKind.APPROVE), ("order_cancel", DecisionKind.CANCEL)]
)
async def test_a_click_becomes_a_decision_with_who_what_and_when(
    bot: Bot, card: MessageRef, workspace: WorkspaceClient, action: str, kind: DecisionKind
) -> None:
    """And the groups that the clicker is in at that moment; the card's change is all the answer there is."""
    assert (await workspace.click(ALICE, CHANNEL, card.ts, action)).acked
    assert await bot.in_flight.wait_until_idle(5)
    ((order_id, decided, request),) = bot.workflows.decided
    assert (order_id, decided, request.surface, request.revision) == ("ord-1", kind, Surface.BUTTON, 1)
    assert (request.actor.kind, request.actor.id) == (ActorKind.SLACK_USER, ALICE)
    assert request.actor.groups == (FINANCE,)
    assert abs(request.decided_at.timestamp() - time.time()) < 60
    assert len(await workspace.messages(ALICE, CHANNEL)) == 1


async def test_somebody_outside_of_the_group_brings_no_group(
    bot: Bot, card: MessageRef, workspace: WorkspaceClient
) -> None:
    """The workflow will refuse; the bot only says who it was."""
    bot.workflows.on_verdict = VerdictKind.NOT_AN_APPROVER
    await workspace.click(BOB, CHANNEL, card.ts, "order_approve")
    await sees(workspace, "not an approver of order ord-1", BOB)
    assert bot.workflows.decided[0][2].actor.groups == ()


async def test_groups_are_looked_up_once_for_many_clicks(
    bot: Bot, card: MessageRef, workspace: WorkspaceClient
) -> None:
    """Slack allows about twenty look-ups a minute."""
    await asyncio.gather(*(workspace.click(ALICE, CHANNEL, card.ts, "order_approve") for _ in range(5)))
    assert await bot.in_flight.wait_until_idle(5)
    assert len(bot.workflows.decided) == 5
    assert len(await workspace.calls("usergroups.users.list")) == 1


@pytest.mark.parametrize(
    "fault", [{"kind": "error", "error": "plan_upgrade_required"}, {"kind": "delay", "seconds": 2}]
)
async def test_a_group_that_cannot_be_looked_up_counts_as_not_a_member(
    bot: Bot, card: MessageRef, workspace: WorkspaceClient, fault: dict[str, object]
) -> None:
    """And holds the click up for a moment only."""
    await workspace.add_fault(method="usergroups.users.list", **fault)
    assert (await workspace.click(ALICE, CHANNEL, card.ts, "order_approve")).acked
    await until_decided(bot, 1)
    assert bot.workflows.decided[0][2].actor.groups == ()


async def test_the_same_envelope_twice_is_one_decision(
    bot: Bot, card: MessageRef, workspace: WorkspaceClient
) -> None:
    """Temporal drops the second signal by its id; the gate would too."""
    await workspace.click(ALICE, CHANNEL, card.ts, "order_approve", copies=2)
    await until_decided(bot, 2)
    assert len({request.decision_id for _, _, request in bot.workflows.decided}) == 1


async def test_two_clicks_are_two_decisions(bot: Bot, card: MessageRef, workspace: WorkspaceClient) -> None:
    """By the same person on the same button."""
    for _ in range(2):
        await workspace.click(ALICE, CHANNEL, card.ts, "order_approve")
    await until_decided(bot, 2)
    assert len({request.decision_id for _, _, request in bot.workflows.decided}) == 2


async def test_a_click_is_acked_at_once_though_everything_behind_hangs(
    bot: Bot, card: MessageRef, workspace: WorkspaceClient
) -> None:
    """Slack itself and the workflows."""
    bot.workflows.hanging = True
    await workspace.add_fault(kind="delay", method="usergroups.users.list", seconds=2)
    began = time.monotonic()
    assert (await workspace.click(ALICE, CHANNEL, card.ts, "order_approve")).acked
    assert (await workspace.command(ALICE, CHANNEL, "/order status ord-1")).acked
    assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (VerdictKind.OWN_ORDER, "somebody else has to approve it"),
        (VerdictKind.EXPIRED, "has expired"),
        (VerdictKind.ALREADY_APPROVED, "already approved"),
        (VerdictKind.ORDER_CHANGED, "has changed"),
        (VerdictKind.CARRIER_HAS_IT, "the carrier has it"),
        (VerdictKind.ASKED_SHIPPING, "the card will show the answer"),
        (VerdictKind.HELD, "still being checked"),
        (None, "safely stored"),
        (NoWorkerAnswered(), "safely stored"),
        (TemporalUnavailable(), "safely stored"),
    ],
)
async def test_the_clicker_is_told_the_verdict(
    bot: Bot,
    card: MessageRef,
    workspace: WorkspaceClient,
    kind: VerdictKind | CountersignError | None,
    words: str,
) -> None:
    """Only the clicker; when the click is stored and nobody answers, that it is."""
    bot.workflows.on_verdict = kind
    await workspace.click(ALICE, CHANNEL, card.ts, "order_approve")
    await sees(workspace, words)
    assert len(await workspace.messages(BOB, CHANNEL)) == 1


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (TemporalUnavailable(), "Nothing happened"),
        (OutcomeUnknown(), "may or may not have counted"),
        (RuntimeError("surprise"), "Something went wrong on my side"),
    ],
)
async def test_the_clicker_is_told_when_the_click_was_not_taken(
    bot: Bot, card: MessageRef, workspace: WorkspaceClient, error: Exception, words: str
) -> None:
    """And what clicking again would do."""
    bot.workflows.on_decide = error
    assert (await workspace.click(ALICE, CHANNEL, card.ts, "order_approve")).acked
    await sees(workspace, words)


async def test_a_click_on_an_ended_order_is_told_how_it_ended_and_audited(
    bot: Bot, card: MessageRef, workspace: WorkspaceClient
) -> None:
    """Nobody is left to judge it, so the bot stores it as refused."""
    bot.workflows.on_decide, bot.workflows.on_verdict = OrderOver(), None
    bot.stored.rows = [a_row("ord-1", OrderStatus.CANCELLED, "too dear")]
    bot.stored.events = [Event(1, "ord-1", "decision.recorded", "slack_user:U0CAROL01", {}, NOW, NOW)]
    await workspace.click(ALICE, CHANNEL, card.ts, "order_approve")
    await sees(workspace, "was cancelled by <@U0CAROL01>")
    ((order_id, judged),) = bot.stored.late
    assert order_id == "ord-1"
    assert judged.verdict.kind is VerdictKind.ALREADY_OVER
    assert judged.decision.actor.id == ALICE


async def test_an_order_that_temporal_has_forgotten_is_still_known_to_have_ended(
    bot: Bot, card: MessageRef, workspace: WorkspaceClient
) -> None:
    """Temporal keeps closed workflows for some days only; the database keeps orders."""
    bot.workflows.on_decide = bot.workflows.on_verdict = OrderNotFound()
    bot.stored.rows = [a_row("ord-1", OrderStatus.SHIPPED)]
    await workspace.click(ALICE, CHANNEL, card.ts, "order_approve")
    await sees(workspace, "already over: it has been shipped")
    assert len(bot.stored.late) == 1


async def test_the_click_that_ended_the_order_is_not_called_late_the_second_time(
    bot: Bot, card: MessageRef, workspace: WorkspaceClient
) -> None:
    """Its envelope came twice, and the order was over in between."""
    bot.workflows.on_decide = OrderOver()
    await workspace.click(ALICE, CHANNEL, card.ts, "order_approve")
    assert await bot.in_flight.wait_until_idle(5)
    assert bot.stored.late == []
    assert len(await workspace.messages(ALICE, CHANNEL)) == 1


async def test_a_click_for_an_order_that_nobody_knows(
    bot: Bot, card: MessageRef, workspace: WorkspaceClient
) -> None:
    """A card whose order was wiped: nothing to audit."""
    bot.workflows.on_decide = bot.workflows.on_verdict = OrderNotFound()
    await workspace.click(ALICE, CHANNEL, card.ts, "order_approve")
    await sees(workspace, "There is no order ord-1")
    assert bot.stored.late == []


async def test_a_late_click_is_answered_without_a_database(
    bot: Bot, card: MessageRef, workspace: WorkspaceClient
) -> None:
    """Less is said, and the audit's loss is logged."""
    bot.workflows.on_decide, bot.workflows.on_verdict = OrderOver(), NoWorkerAnswered()
    bot.stored.broken = OSError("connection refused")
    await workspace.click(ALICE, CHANNEL, card.ts, "order_approve")
    await sees(workspace, "already over")


@pytest.mark.parametrize("value", ["rubbish", "{}", '{"order_id":"../x","revision":1}', "x" * 1999])
async def test_a_value_that_is_not_ours_decides_nothing(
    bot: Bot, card: MessageRef, workspace: WorkspaceClient, value: str
) -> None:
    """The clicker is told; no workflow hears of it."""
    clicked = await workspace.click(ALICE, CHANNEL, card.ts, "order_approve", forge=True, value=value)
    assert clicked.acked
    await sees(workspace, "not one of mine")
    assert bot.workflows.decided == []


@pytest.mark.parametrize(
    ("value", "order_id"),
    [
        (ButtonValue(order_id="ord-2", revision=1, groups=(FINANCE,)), "ord-2"),
        (ButtonValue(order_id="ord-1", revision=2, groups=(FINANCE,)), "ord-1"),
        (ButtonValue(order_id="ord-1", revision=1), "ord-1"),
        (ButtonValue(subject=Subject.REFUND, order_id="ord-1", revision=1, groups=(FINANCE,)), "ord-1"),
    ],
)
async def test_a_value_that_the_card_does_not_show_is_refused_and_audited(
    bot: Bot, card: MessageRef, workspace: WorkspaceClient, value: ButtonValue, order_id: str
) -> None:
    """Of another order, of a revision nobody saw, without the groups that may bar somebody, of a refund."""
    bot.stored.rows = [a_row("ord-1", OrderStatus.SHIPPED), a_row("ord-2", OrderStatus.SHIPPED)]
    await workspace.click(ALICE, CHANNEL, card.ts, "order_cancel", forge=True, value=value.encode())
    await sees(workspace, "has been altered")
    assert bot.workflows.decided == []
    ((audited, judged),) = bot.stored.late
    assert (audited, judged.verdict.kind) == (order_id, VerdictKind.FORGED)
    assert (judged.decision.actor.id, judged.decision.kind) == (ALICE, DecisionKind.CANCEL)
    assert judged.decision.decision_id.startswith("forged-")


@pytest.mark.parametrize("trouble", [OSError("connection refused"), None])
async def test_a_forged_click_is_refused_without_a_database_or_an_order(
    bot: Bot, card: MessageRef, workspace: WorkspaceClient, trouble: Exception | None
) -> None:
    """There is a line in the log at least."""
    bot.stored.broken = trouble
    value = ButtonValue(order_id="ord-2", revision=1).encode()
    await workspace.click(ALICE, CHANNEL, card.ts, "order_cancel", forge=True, value=value)
    await sees(workspace, "has been altered")
    assert (bot.workflows.decided, bot.stored.late) == ([], [])


async def test_a_bot_outside_of_the_channel_answers_all_the_same(
    bot: Bot, card: MessageRef, workspace: WorkspaceClient
) -> None:
    """Through the response_url, which needs no membership."""
    bot.workflows.on_verdict = VerdictKind.OWN_ORDER
    await workspace.add_fault(kind="error", method="chat.postEphemeral", error="not_in_channel")
    await workspace.click(ALICE, CHANNEL, card.ts, "order_approve")
    await sees(workspace, "somebody else has to approve it")
    assert len(await workspace.messages(BOB, CHANNEL)) == 1


async def test_a_listener_that_fails_right_after_its_ack_is_still_acked(
    bot: Bot, card: MessageRef, workspace: WorkspaceClient
) -> None:
    """Bolt alone would take the ack back; and the next click finds the bot well."""
    await workspace.click(ALICE, CHANNEL, card.ts, "order_approve")
    assert await bot.in_flight.wait_until_idle(5)
    bot.workflows.on_decide = ValueError("a bug")  # raised within the same millisecond: groups are cached
    assert (await workspace.click(ALICE, CHANNEL, card.ts, "order_approve")).acked
    bot.workflows.on_decide = None
    assert (await workspace.click(ALICE, CHANNEL, card.ts, "order_approve")).acked
    await until_decided(bot, 3)


async def test_what_nobody_listens_to_is_harmless(
    bot: Bot, card: MessageRef, workspace: WorkspaceClient
) -> None:
    """A button of some older release: Slack tells the clicker, and the bot goes on."""
    asked = asyncio.create_task(
        workspace.click(ALICE, CHANNEL, card.ts, "order_bless", forge=True, value="x")
    )
    assert (await workspace.click(ALICE, CHANNEL, card.ts, "order_approve")).acked
    await until_decided(bot, 1)
    asked.cancel()
