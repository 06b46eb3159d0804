"""The card's menu opens a modal, and the submitted modal becomes a decision as a click does."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
import pytest_asyncio
from slack_sdk.web.async_client import AsyncWebClient

from bot.ids import ButtonValue
from bot.messages.activities import SlackActivities
from localdev.slack.client import WorkspaceClient
from orchestration.contracts.slack import PostCard
from orchestration.domain.actor import Surface
from orchestration.domain.approval.decision import DecisionKind
from orchestration.domain.approval.verdict import VerdictKind
from orchestration.domain.card import order_card
from orchestration.domain.errors import CountersignError, OrderOver, OutcomeUnknown, TemporalUnavailable
from orchestration.domain.fields import MessageRef
from orchestration.domain.order.status import OrderStatus
from orchestration.domain.policy.approval_policy import Subject
from orchestration.ports.audit_log import Event
from tests.slack.bots import Bot, a_row, running_bot
from tests.slack.interactions import TEXT, choose, sees, sees_no_form, submit, until
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


async def test_approve_with_a_note(bot: Bot, card: MessageRef, workspace: WorkspaceClient) -> None:
    """One decision: who, what they saw, their groups, when it was submitted; line breaks become spaces."""
    view = await choose(workspace, card, "approve")
    assert (await submit(workspace, view, order_text="fine by me\n\n  and cheap")).closed
    await until(bot, bot.workflows.decided)
    assert await bot.in_flight.wait_until_idle(5)
    ((order_id, kind, request),) = bot.workflows.decided
    assert (order_id, kind, request.surface, request.revision) == (
        "ord-1",
        DecisionKind.APPROVE,
        Surface.MODAL,
        1,
    )
    assert (request.note, request.override) == ("fine by me and cheap", False)
    assert (request.actor.id, request.actor.groups) == (ALICE, (FINANCE,))
    assert abs(request.decided_at.timestamp() - time.time()) < 60
    assert len(await workspace.messages(ALICE, CHANNEL)) == 1


async def test_a_note_may_be_left_out(bot: Bot, card: MessageRef, workspace: WorkspaceClient) -> None:
    """Of an approval."""
    assert (await submit(workspace, await choose(workspace, card, "approve"))).closed
    await until(bot, bot.workflows.decided)
    assert bot.workflows.decided[0][2].note is None


async def test_cancel_with_a_reason(bot: Bot, card: MessageRef, workspace: WorkspaceClient) -> None:
    """Which must not be left out; spaces are no reason."""
    view = await choose(workspace, card, "cancel")
    assert (await submit(workspace, view)).errors is not None
    blank = await submit(workspace, view, order_text=" \n ")
    assert (blank.acked, blank.errors) == (True, {TEXT: "Please write something here."})
    assert (await submit(workspace, view, order_text="ordered twice")).closed
    await until(bot, bot.workflows.decided)
    ((_, kind, request),) = bot.workflows.decided
    assert (kind, request.note) == (DecisionKind.CANCEL, "ordered twice")


@pytest.mark.parametrize("verdict", DecisionKind)
async def test_decide_alone(
    bot: Bot, card: MessageRef, workspace: WorkspaceClient, verdict: DecisionKind
) -> None:
    """Either way, with a reason, as an override."""
    view = await choose(workspace, card, "override")
    missing = await submit(workspace, view, order_text="nobody is in")
    assert missing.errors is not None
    assert (await submit(workspace, view, order_verdict=verdict.value)).closed
    await until(bot, bot.workflows.decided)
    ((_, kind, request),) = bot.workflows.decided
    assert (kind, request.override, request.note) == (verdict, True, "nobody is in")


async def test_what_the_domain_would_refuse_is_said_at_the_field(
    bot: Bot, card: MessageRef, workspace: WorkspaceClient
) -> None:
    """What was typed stays there to be mended."""
    view = await choose(workspace, card, "approve")
    refused = await submit(workspace, view, order_text="for \u202e reasons")
    assert refused.errors is not None
    assert "cannot be shown" in refused.errors[TEXT]
    assert not refused.closed
    assert bot.workflows.decided == []
    assert (await submit(workspace, view, order_text="for reasons")).closed
    await until(bot, bot.workflows.decided)


async def test_a_form_that_is_submitted_twice_is_one_decision(
    bot: Bot, card: MessageRef, workspace: WorkspaceClient
) -> None:
    """Its envelope came twice."""
    view = await choose(workspace, card, "approve")
    await workspace.add_fault(kind="duplicate_envelope", method="interactive")
    assert (await submit(workspace, view, order_text="yes")).acked
    await until(bot, bot.workflows.decided, 2)
    assert len({request.decision_id for _, _, request in bot.workflows.decided}) == 1


async def test_a_card_of_a_refund_decides_and_asks_about_the_refund(
    bot: Bot, activities: SlackActivities, workspace: WorkspaceClient
) -> None:
    """What it is about is on its Approve button, and comes along with the form."""
    shown = order_card(pending()).model_copy(update={"subject": Subject.REFUND})
    card = await activities.post_card(PostCard(card_view=shown))
    view = await choose(workspace, card, "cancel")
    assert "Refund ord-1" in str(view["blocks"])
    assert (await submit(workspace, view, order_text="too late")).closed
    await until(bot, bot.workflows.decided)
    assert (await submit(workspace, await choose(workspace, card, "ask"), order_text="Why?")).closed
    await until(bot, bot.workflows.asked)
    assert bot.workflows.subjects == [Subject.REFUND, Subject.REFUND]


async def test_two_forms_are_two_decisions(bot: Bot, card: MessageRef, workspace: WorkspaceClient) -> None:
    """Of the same person on the same card."""
    for _ in range(2):
        view = await choose(workspace, card, "approve")
        assert (await submit(workspace, view)).closed
    await until(bot, bot.workflows.decided, 2)
    assert len({request.decision_id for _, _, request in bot.workflows.decided}) == 2


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (VerdictKind.OWN_ORDER, "somebody else has to approve it"),
        (VerdictKind.NOT_AN_OPERATOR, "you cannot decide alone"),
        (VerdictKind.REASON_NEEDED, "give a reason"),
        (VerdictKind.OVERRIDE_OFF, "does not allow overrides"),
        (None, "safely stored"),
    ],
)
async def test_the_verdict_is_told_as_to_a_click(
    bot: Bot, card: MessageRef, workspace: WorkspaceClient, kind: VerdictKind | None, words: str
) -> None:
    """In the card's channel, to the one who submitted only."""
    bot.workflows.on_verdict = kind
    view = await choose(workspace, card, "override")
    await submit(workspace, view, order_verdict="approve", order_text="because")
    await sees(workspace, words)
    assert len(await workspace.messages(BOB, CHANNEL)) == 1


@pytest.mark.parametrize(
    ("error", "words"),
    [(TemporalUnavailable(), "Nothing happened"), (OutcomeUnknown(), "may or may not have counted")],
)
async def test_a_submission_that_was_not_taken_is_told(
    bot: Bot, card: MessageRef, workspace: WorkspaceClient, error: CountersignError, words: str
) -> None:
    """The form is closed; the words come into the channel."""
    bot.workflows.on_decide = error
    assert (await submit(workspace, await choose(workspace, card, "approve"))).closed
    await sees(workspace, words)


async def test_a_form_about_an_ended_order_is_audited(
    bot: Bot, card: MessageRef, workspace: WorkspaceClient
) -> None:
    """As a late click is, with its note."""
    bot.workflows.on_decide, bot.workflows.on_verdict = OrderOver(), None
    bot.stored.rows = [a_row("ord-1", OrderStatus.SHIPPED)]
    await submit(workspace, await choose(workspace, card, "approve"), order_text="late")
    await sees(workspace, "already over")
    ((_, judged),) = bot.stored.late
    assert (judged.decision.note, judged.decision.surface) == ("late", Surface.MODAL)


async def test_a_form_is_closed_at_once_though_everything_behind_hangs(
    bot: Bot, card: MessageRef, workspace: WorkspaceClient
) -> None:
    """Slack waits three seconds."""
    bot.workflows.hanging = True
    began = time.monotonic()
    assert (await submit(workspace, await choose(workspace, card, "approve"))).closed
    assert time.monotonic() - began < 2


async def test_a_trigger_that_has_expired(bot: Bot, card: MessageRef, workspace: WorkspaceClient) -> None:
    """Told to the one who clicked; nothing opens."""
    await workspace.add_fault(kind="error", method="views.open", error="expired_trigger_id")
    await workspace.click(ALICE, CHANNEL, card.ts, "order_more", value="approve")
    await sees(workspace, "That took too long")
    await sees_no_form(workspace)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"kind": "drop_before"}, "did not say whether it opened the form"),
        ({"kind": "http_status", "status": 503}, "did not say whether it opened the form"),
        ({"kind": "error", "error": "invalid_arguments"}, "Something went wrong on my side"),
    ],
)
async def test_a_form_that_does_not_open_is_told(
    bot: Bot, card: MessageRef, workspace: WorkspaceClient, fault: dict[str, object], words: str
) -> None:
    """Whatever Slack had to say."""
    await workspace.add_fault(method="views.open", **fault)
    await workspace.click(ALICE, CHANNEL, card.ts, "order_more", value="ask")
    await sees(workspace, words)


async def test_a_menu_that_is_not_ours_does_nothing(
    bot: Bot, card: MessageRef, workspace: WorkspaceClient
) -> None:
    """A button that claims to be the menu."""
    value = ButtonValue(order_id="ord-2", revision=7).encode()
    clicked = await workspace.click(ALICE, CHANNEL, card.ts, "order_more", forge=True, value=value)
    assert clicked.acked
    await sees(workspace, "not one of mine")
    await sees_no_form(workspace)


async def test_a_form_that_was_altered_says_so_in_its_place(
    bot: Bot, card: MessageRef, workspace: WorkspaceClient, web: AsyncWebClient
) -> None:
    """It has no channel to be told in."""
    view = await choose(workspace, card, "approve")
    altered = {name: view[name] for name in ("type", "callback_id", "title", "submit", "close", "blocks")} | {
        "private_metadata": '{"order_id":"../x"}'
    }
    await web.views_update(view_id=view["id"], view=altered)
    assert not (await submit(workspace, view)).closed
    await workspace.wait_for_view(ALICE, contains="not one of mine")
    assert bot.workflows.decided == []


async def test_the_history(bot: Bot, card: MessageRef, workspace: WorkspaceClient) -> None:
    """Newest last, for the one who asked only, and nothing in it is forged."""
    note = {"kind": "approve", "note": "<!channel> fine"}
    bot.stored.events = [
        Event(1, "ord-1", "order.received", None, {}, NOW, NOW),
        Event(2, "ord-1", "decision.own_order", "slack_user:U0BOB0001", note, NOW, NOW),
        Event(3, "ord-2", "order.received", None, {}, NOW, NOW),
        Event(4, "ord-1", "status.APPROVED", None, {"reason": "all said yes"}, NOW, NOW),
    ]
    await workspace.click(ALICE, CHANNEL, card.ts, "order_more", value="history")
    text = (await sees(workspace, "What happened to order ord-1"))["text"]
    assert "<@U0BOB0001> · approval: own order “&lt;!channel&gt; fine”" in text
    assert text.index("order received") < text.index("approval") < text.index("the order is approved")
    assert "<!date^" in text
    assert "ord-2" not in text
    assert len(await workspace.messages(BOB, CHANNEL)) == 1


async def test_the_history_without_a_database(bot: Bot, card: MessageRef, workspace: WorkspaceClient) -> None:
    """Admitted."""
    bot.stored.broken = OSError("connection refused")
    await workspace.click(ALICE, CHANNEL, card.ts, "order_more", value="history")
    await sees(workspace, "cannot reach my database")


async def test_a_menu_is_acked_while_slack_is_slow(
    bot: Bot, card: MessageRef, workspace: WorkspaceClient
) -> None:
    """The form comes later, or not at all."""
    await workspace.add_fault(kind="delay", method="views.open", seconds=2)
    began = datetime.now(UTC)
    assert (await workspace.click(ALICE, CHANNEL, card.ts, "order_more", value="approve")).acked
    assert (datetime.now(UTC) - began).total_seconds() < 2
    await asyncio.wait_for(workspace.wait_for_view(ALICE, kind="modal"), 10)
