"""`/order delegate` with a real socket and database, and clicks on behalf of a colleague."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
from slack_sdk.web.async_client import AsyncWebClient

from bot.messages.activities import SlackActivities
from db.pool import Pool
from db.stores.delegations import PostgresDelegationStore
from localdev.slack import seed
from localdev.slack.client import WorkspaceClient
from localdev.slack.json_values import Json
from localdev.slack.manifest import install_app
from localdev.slack.server import SlackSimulator
from orchestration.contracts.slack import PostCard
from orchestration.domain.actor import Account, Delegation
from orchestration.domain.approval.delegations import DelegationGrant
from orchestration.domain.approval.verdict import VerdictKind
from orchestration.domain.card import order_card
from orchestration.domain.fields import MessageRef
from tests.slack.bots import Bot, running_bot
from tests.slack.people import ALICE, BOB, CAROL, CHANNEL, FINANCE, pending
from tests.unit.docs.repo import ROOT

GENERAL = "C0GENERAL"


@pytest_asyncio.fixture
async def slack() -> AsyncIterator[SlackSimulator]:
    """With the app as its manifest describes it: scopes are checked, and what is typed is escaped."""
    workspace = install_app(seed.demo(), ROOT / "manifest.yml")
    async with SlackSimulator(workspace, port=0) as simulator:
        yield simulator


@pytest.fixture
def store(pool: Pool) -> PostgresDelegationStore:
    return PostgresDelegationStore(pool)


@pytest_asyncio.fixture
async def bot(
    web: AsyncWebClient, workspace: WorkspaceClient, store: PostgresDelegationStore
) -> AsyncIterator[Bot]:
    """Connected, with delegations in PostgreSQL."""
    async with running_bot(web, workspace.wait_for_connections, delegations=store) as running:
        yield running


@pytest_asyncio.fixture
async def lonely_bot(web: AsyncWebClient, workspace: WorkspaceClient) -> AsyncIterator[Bot]:
    """Connected, with a database that a test can take away."""
    async with running_bot(web, workspace.wait_for_connections) as running:
        yield running


async def ask(workspace: WorkspaceClient, user: str, text: str, contains: str) -> Json:
    """Type it and return the answer, which only the asker may see."""
    before = await workspace.messages(CAROL, GENERAL)
    assert (await workspace.command(user, GENERAL, f"/order {text}")).acked
    message = await workspace.wait_for_message(user, GENERAL, contains=contains)
    assert message["is_ephemeral"]
    if user != CAROL:
        assert await workspace.messages(CAROL, GENERAL) == before
    return message


async def active(store: PostgresDelegationStore) -> tuple[DelegationGrant, ...]:
    return await store.all_active(datetime.now(UTC))


async def decided(bot: Bot) -> tuple[Delegation, ...]:
    """The delegations that the first decision carries, once it is there."""
    async with asyncio.timeout(5), bot.workflows.heard:
        await bot.workflows.heard.wait_for(lambda: bot.workflows.decided)
    return bot.workflows.decided[0][2].actor.delegations


@pytest.mark.parametrize("group", [None, "finance"])
async def test_a_delegates_click_reaches_the_workflow_with_the_delegation(
    bot: Bot, activities: SlackActivities, workspace: WorkspaceClient, group: str | None
) -> None:
    """Under their own name, with the groups of the colleague who is away, and the group it is limited to."""
    limit = f" for {group}" if group else ""
    await ask(workspace, ALICE, f"delegate @bob until tomorrow{limit}", f"decide for you{limit}, until")
    card = await activities.post_card(PostCard(card_view=order_card(pending())))
    assert (await workspace.click(BOB, CHANNEL, card.ts, "order_approve")).acked
    assert await decided(bot) == (
        Delegation(person=ALICE, groups=(FINANCE,), group=group, account=Account.MEMBER),
    )
    actor = bot.workflows.decided[0][2].actor
    assert (actor.id, actor.groups) == (BOB, ())


async def test_nobody_speaks_for_a_colleague_any_more_once_it_is_off(
    bot: Bot, activities: SlackActivities, workspace: WorkspaceClient
) -> None:
    """From the next click on."""
    await ask(workspace, ALICE, "delegate @bob until tomorrow", "may now decide for you")
    await ask(workspace, ALICE, "delegate off", "nobody decides for you any more")
    await ask(workspace, ALICE, "delegate off for ops", "no delegation for ops")
    card = await activities.post_card(PostCard(card_view=order_card(pending())))
    await workspace.click(BOB, CHANNEL, card.ts, "order_approve")
    assert await decided(bot) == ()


@pytest.mark.parametrize("trouble", ["broken", "hanging"])
async def test_a_click_is_answered_though_delegations_cannot_be_looked_up(
    lonely_bot: Bot, activities: SlackActivities, workspace: WorkspaceClient, trouble: str
) -> None:
    """The database is away, or takes for ever: it counts as no delegation, and soon."""
    bot = lonely_bot
    bot.workflows.on_verdict = VerdictKind.NOT_AN_APPROVER
    card: MessageRef = await activities.post_card(PostCard(card_view=order_card(pending())))
    bot.stored.broken = OSError("connection refused") if trouble == "broken" else None
    bot.stored.hanging = trouble == "hanging"
    began = time.monotonic()
    assert (await workspace.click(BOB, CHANNEL, card.ts, "order_approve")).acked
    await workspace.wait_for_message(BOB, CHANNEL, contains="not an approver of order ord-1")
    assert await decided(bot) == ()
    assert time.monotonic() - began < 4


async def test_the_end_is_in_the_time_zone_of_whoever_asks(
    bot: Bot, workspace: WorkspaceClient, store: PostgresDelegationStore
) -> None:
    """Bob is in New York."""
    await ask(workspace, BOB, "delegate @carol until tomorrow 17:30", "may now decide for you")
    (granted,) = await active(store)
    until = granted.until.astimezone(ZoneInfo("America/New_York"))
    assert f"{until:%H:%M}" == "17:30"
    assert (granted.person, granted.delegate, granted.created_by) == (BOB, CAROL, f"slack_user:{BOB}")


async def test_without_an_answer_about_the_time_zone_it_is_utc(
    bot: Bot, workspace: WorkspaceClient, store: PostgresDelegationStore
) -> None:
    """And that is said."""
    await workspace.add_fault(kind="error", method="users.info", error="missing_scope")
    await ask(workspace, BOB, "delegate @carol until tomorrow 17:30", "took the end to be in UTC")
    (granted,) = await active(store)
    assert f"{granted.until:%H:%M}" == "17:30"


async def test_who_decides_for_whom(bot: Bot, workspace: WorkspaceClient) -> None:
    """Mine, and those in which I am the delegate."""
    await ask(workspace, ALICE, "delegate", "Nobody.")
    await ask(workspace, ALICE, "delegate @carol until 3d for finance", "may now decide")
    mine = (await ask(workspace, ALICE, "delegate", f"• <@{CAROL}> for finance"))["text"]
    assert mine.index("Who decides for you") < mine.index(CAROL) < mine.index("For whom you may decide")
    theirs = (await ask(workspace, CAROL, "delegate", f"• <@{ALICE}> for finance"))["text"]
    assert theirs.index("For whom you may decide") < theirs.index(ALICE)


async def test_a_second_one_takes_the_place_of_the_first(
    bot: Bot, workspace: WorkspaceClient, store: PostgresDelegationStore
) -> None:
    """For the same group, or for all."""
    await ask(workspace, ALICE, "delegate @carol until 3d", f"<@{CAROL}> may now decide")
    await ask(workspace, ALICE, "delegate @bob until 2d", f"<@{BOB}> may now decide")
    assert [each.delegate for each in await active(store)] == [BOB]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("delegate @alice until friday", "Nobody can delegate to themselves"),
        ("delegate @nobody until friday", "I cannot tell who “@nobody” is"),
        ("delegate carol until friday", "pick the name from the list"),
        ("delegate @finance until friday", "“@finance” is a group"),
        ("delegate @carol", "Until when?"),
        ("delegate @carol until doomsday", "“doomsday” is no end that I understand"),
        ("delegate @carol until 2020-01-01", "has to be in the future"),
        ("delegate @carol until 400d", "after 366 days at the latest"),
        ("delegate @carol until friday for <b>", "“&lt;b&gt;” cannot be a group"),
        ("delegate @countersign until friday", "I am a bot"),
    ],
)
async def test_what_cannot_be_is_refused_in_a_sentence(
    bot: Bot, workspace: WorkspaceClient, store: PostgresDelegationStore, text: str, said: str
) -> None:
    """And nothing is stored."""
    await ask(workspace, ALICE, text, said)
    assert await active(store) == ()


async def test_a_chain_and_a_circle_are_refused_naming_who(
    bot: Bot, workspace: WorkspaceClient, store: PostgresDelegationStore
) -> None:
    """Ids become mentions."""
    await store.grant(_granted(CAROL, BOB))
    await ask(
        workspace, ALICE, "delegate @carol until 2d", f"<@{CAROL}> is away too, and has delegated to <@{BOB}>"
    )
    await ask(workspace, BOB, "delegate @carol until 2d", "that would be a circle")
    await ask(workspace, BOB, "delegate @alice until 2d", f"<@{BOB}> decides for <@{CAROL}> in that time")


async def test_a_database_that_is_away_is_admitted(lonely_bot: Bot, workspace: WorkspaceClient) -> None:
    """Instead of silence, whatever was asked."""
    lonely_bot.stored.broken = OSError("connection refused")
    for text in ("delegate", "delegate off", "delegate @carol until friday"):
        before = len(await workspace.messages(ALICE, GENERAL))
        await ask(workspace, ALICE, text, "cannot reach my database")
        assert len(await workspace.messages(ALICE, GENERAL)) == before + 1


@pytest.mark.parametrize(
    ("text", "contains"),
    [
        ("status ord-1", "There is no order ord-1."),
        ("status <!channel> & co", "“&lt;!channel&gt; &amp; co” is not an order id"),
        ("status @bob", "is not an order id"),
        ("@bob", "I do not know the word"),
        ("list all", "There are no orders yet"),
        ("LIST  all", "There are no orders yet"),
    ],
)
async def test_other_commands_survive_what_slack_escapes(
    bot: Bot, workspace: WorkspaceClient, text: str, contains: str
) -> None:
    """Ids are untouched, and what is quoted looks as it was typed."""
    await ask(workspace, ALICE, text, contains)


def _granted(person: str, delegate: str) -> DelegationGrant:
    now = datetime.now(UTC)
    return DelegationGrant(
        delegation_id="d-1",
        person=person,
        delegate=delegate,
        since=now,
        until=now + timedelta(days=3),
        created_by="operator:ana",
    )
