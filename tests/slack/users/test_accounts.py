"""The clicker's account and user groups are looked up at the click and cached for a minute."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from slack_sdk.web.async_client import AsyncWebClient

from bot.messages.activities import SlackActivities
from bot.users.user_groups import UserGroupLookup
from bot.users.user_info import UserLookup, account_of
from bot.web_api.identity import Identity
from bot.web_api.startup_checks import identify
from localdev.slack.client import WorkspaceClient
from orchestration.contracts.slack import PostCard
from orchestration.domain.actor import Account
from orchestration.domain.approval.verdict import VerdictKind
from orchestration.domain.card import order_card
from orchestration.domain.fields import MessageRef
from tests.slack.bots import IDENTITY, Bot, running_bot
from tests.slack.interactions import sees, until
from tests.slack.people import ALICE, BOT_USER, CHANNEL, FINANCE, pending


@pytest_asyncio.fixture
async def bot(web: AsyncWebClient, workspace: WorkspaceClient) -> AsyncIterator[Bot]:
    """Connected."""
    async with running_bot(web, workspace.wait_for_connections) as running:
        yield running


@pytest_asyncio.fixture
async def card(activities: SlackActivities) -> MessageRef:
    """Of an order that waits for approval."""
    return await activities.post_card(PostCard(card_view=order_card(pending())))


@pytest.mark.parametrize(
    ("fields", "account"),
    [
        ({}, Account.MEMBER),
        ({"deleted": True}, Account.DEACTIVATED),
        ({"is_restricted": True}, Account.GUEST),
        ({"is_ultra_restricted": True}, Account.GUEST),
        ({"home_team": "T0OTHER01"}, Account.EXTERNAL),
    ],
)
async def test_a_click_says_what_the_account_is(
    web: AsyncWebClient, workspace: WorkspaceClient, fields: dict[str, object], account: Account
) -> None:
    """As Slack has it at that moment."""
    await workspace.change_account(ALICE, **fields)
    assert (await UserLookup(web, IDENTITY).user_info(ALICE)).account is account


async def test_a_bot_is_told_apart(web: AsyncWebClient) -> None:
    """Another app's workflow step could press buttons some day."""
    assert (await UserLookup(web, IDENTITY).user_info(BOT_USER)).account is Account.BOT


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"deleted": True}, "Only full members of this workspace"),
        ({"is_restricted": True}, "your click does not count"),
    ],
)
async def test_the_workflow_hears_it_and_the_clicker_is_told(
    bot: Bot,
    card: MessageRef,
    workspace: WorkspaceClient,
    fields: dict[str, object],
    words: str,
) -> None:
    """The bot refuses nothing itself: the workflow judges, and so it is in the audit log."""
    bot.workflows.on_verdict = VerdictKind.NOT_A_MEMBER
    await workspace.change_account(ALICE, **fields)
    assert (await workspace.click(ALICE, CHANNEL, card.ts, "order_approve")).acked
    await sees(workspace, words)
    ((_, _, request),) = bot.workflows.decided
    assert request.actor.account is not Account.MEMBER
    assert request.actor.account is not None


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "error", "error": "user_not_found"},
        {"kind": "error", "error": "missing_scope"},
        {"kind": "rate_limited", "retry_after": 30},
        {"kind": "drop_before", "times": None},
        {"kind": "delay", "seconds": 2},
    ],
)
async def test_a_look_up_that_fails_is_an_unknown_account(
    bot: Bot, card: MessageRef, workspace: WorkspaceClient, fault: dict[str, object]
) -> None:
    """Never a member; the click is acked and judged all the same."""
    await workspace.add_fault(method="users.info", **fault)
    assert (await workspace.click(ALICE, CHANNEL, card.ts, "order_approve")).acked
    await until(bot, bot.workflows.decided)
    assert bot.workflows.decided[0][2].actor.account is Account.UNKNOWN


async def test_accounts_are_looked_up_once_for_many_clicks(
    bot: Bot, card: MessageRef, workspace: WorkspaceClient
) -> None:
    """And the time zone of `/order delegate` comes with it."""
    await asyncio.gather(*(workspace.click(ALICE, CHANNEL, card.ts, "order_approve") for _ in range(5)))
    await until(bot, bot.workflows.decided, 5)
    await workspace.command(ALICE, CHANNEL, "/order delegate <@U0CAROL01> until friday")
    await sees(workspace, "may now decide for you")
    assert len(await workspace.calls("users.info")) == 1


async def test_who_left_the_group_between_look_and_click_brings_no_group(
    bot: Bot, card: MessageRef, workspace: WorkspaceClient
) -> None:
    """Alice saw the card as one of finance. Groups are those of the click."""
    assert (await workspace.messages(ALICE, CHANNEL))[0]["ts"] == card.ts
    await workspace.leave_group(FINANCE, ALICE)
    await workspace.click(ALICE, CHANNEL, card.ts, "order_approve")
    await until(bot, bot.workflows.decided)
    assert bot.workflows.decided[0][2].actor.groups == ()


async def test_a_change_shows_once_the_cache_has_run_out(
    web: AsyncWebClient, workspace: WorkspaceClient
) -> None:
    """So long, 60 seconds as shipped, may an earlier click of somebody keep what they were."""
    groups, people = UserGroupLookup(web, cached_for=0), UserLookup(web, IDENTITY, cached_for=0)
    kept_groups, kept_people = UserGroupLookup(web), UserLookup(web, IDENTITY)
    for lookup in (groups, kept_groups):
        assert await lookup.groups_of(ALICE, (FINANCE,)) == (FINANCE,)
    for known in (people, kept_people):
        assert (await known.user_info(ALICE)).account is Account.MEMBER
    await workspace.leave_group(FINANCE, ALICE)
    await workspace.change_account(ALICE, deleted=True)
    assert await groups.groups_of(ALICE, (FINANCE,)) == ()
    assert (await people.user_info(ALICE)).account is Account.DEACTIVATED
    assert await kept_groups.groups_of(ALICE, (FINANCE,)) == (FINANCE,)
    assert (await kept_people.user_info(ALICE)).account is Account.MEMBER


@pytest.mark.parametrize(
    ("fields", "words", "started"),
    [
        ({"deleted": True}, "Only people of this workspace", 0),
        ({"home_team": "T0OTHER01"}, "Only people of this workspace", 0),
        ({"is_restricted": True}, "There is no refund of order ord-1", 1),
    ],
)
async def test_who_may_ask_for_a_refund(
    bot: Bot, workspace: WorkspaceClient, fields: dict[str, object], words: str, started: int
) -> None:
    """A refund may need nobody's yes, so what asks for it has to be somebody of the workspace."""
    await workspace.change_account(ALICE, **fields)
    await workspace.command(ALICE, CHANNEL, "/order refund ord-1 it broke")
    await sees(workspace, words)
    assert len(bot.workflows.refunds) == started


GRID = Identity(team_id=None, team="Acme", user_id="U1", bot_id="B1", enterprise_id="E0ACME")


@pytest.mark.parametrize(
    ("found", "ours", "account"),
    [
        ({"team_id": "T0HOME", "enterprise_user": {"teams": ["T0TEAM001"]}}, IDENTITY, Account.MEMBER),
        ({"team_id": "T0HOME", "enterprise_user": {"teams": ["T0OTHER"]}}, IDENTITY, Account.EXTERNAL),
        ({"team_id": "T0TEAM001", "is_stranger": True}, IDENTITY, Account.EXTERNAL),
        ({"team_id": "T0TEAM001", "is_workflow_bot": True}, IDENTITY, Account.BOT),
        ({}, IDENTITY, Account.EXTERNAL),
        ({"team_id": "T1", "enterprise_user": {"enterprise_id": "E0ACME"}}, GRID, Account.MEMBER),
        ({"team_id": "T1", "enterprise_user": {"enterprise_id": "E0OTHER"}}, GRID, Account.EXTERNAL),
        ({"team_id": "T1"}, GRID, Account.EXTERNAL),
    ],
)
def test_whose_an_account_is(found: dict[str, object], ours: Identity, account: Account) -> None:
    """In an Enterprise Grid the home of an account may be another workspace than ours."""
    assert account_of(found, ours) is account


async def test_the_bot_learns_at_its_start_which_app_it_is_of(
    web: AsyncWebClient, workspace: WorkspaceClient
) -> None:
    """From bots.info, once. Where Slack does not say, payloads are told apart by all the rest."""
    assert (await identify(web)).app_id == "A0APP0001"
    await workspace.add_fault(kind="error", method="bots.info", error="missing_scope")
    known = await identify(web)
    assert (known.app_id, known.bot_id, known.team_id) == (None, "B0BOT0001", "T0TEAM001")
