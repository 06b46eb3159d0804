"""Reading with the official client: history, threads, direct messages, people and channels."""

from slack_sdk.web.async_client import AsyncWebClient

from localdev.slack.client import WorkspaceClient
from tests.simulator.support import ALICE, APPROVALS, BOB, BOT, CAROL, GENERAL, refused


async def test_history_is_paged_newest_first(web: AsyncWebClient) -> None:
    stamps = [(await web.chat_postMessage(channel=APPROVALS, text=str(n)))["ts"] for n in range(7)]
    texts: list[str] = []
    cursor = None
    while cursor != "":
        page = await web.conversations_history(channel=APPROVALS, limit=3, cursor=cursor)
        texts += [message["text"] for message in page["messages"]]
        cursor = page["response_metadata"]["next_cursor"]
        assert page["has_more"] == bool(cursor)
    assert texts == ["6", "5", "4", "3", "2", "1", "0"]

    async def between(**bounds: object) -> list[str]:
        answer = await web.api_call("conversations.history", params={"channel": APPROVALS, **bounds})
        return [message["text"] for message in answer["messages"]]

    assert await between(oldest=stamps[1], latest=stamps[4]) == ["3", "2"]
    assert await between(oldest=stamps[1], latest=stamps[4], inclusive="true") == ["4", "3", "2", "1"]
    assert await between(oldest=stamps[1], limit=2) == ["3", "2"], "oldest alone pages forward"
    assert (await refused(web.conversations_history(channel=APPROVALS, cursor="x")))[
        "error"
    ] == "invalid_cursor"
    assert (await refused(web.conversations_history(channel=GENERAL)))["error"] == "not_in_channel"


async def test_threads(web: AsyncWebClient, people: WorkspaceClient) -> None:
    parent = (await web.chat_postMessage(channel=APPROVALS, text="parent"))["ts"]
    first = (await web.chat_postMessage(channel=APPROVALS, text="one", thread_ts=parent))["ts"]
    await people.post(BOB, APPROVALS, "two", thread_ts=parent)
    (read,) = (await web.conversations_history(channel=APPROVALS))["messages"]
    assert (read["reply_count"], read["thread_ts"], read["reply_users"]) == (2, parent, [BOT, BOB])
    thread = await web.conversations_replies(channel=APPROVALS, ts=parent)
    assert [message["text"] for message in thread["messages"]] == ["parent", "one", "two"]
    assert thread["messages"][1]["parent_user_id"] == BOT
    page = await web.conversations_replies(channel=APPROVALS, ts=parent, limit=1)
    assert (len(page["messages"]), page["has_more"]) == (2, True)
    await web.chat_delete(channel=APPROVALS, ts=parent)
    (tombstone,) = (await web.conversations_history(channel=APPROVALS))["messages"]
    assert tombstone["subtype"] == "tombstone"
    await web.chat_postMessage(channel=APPROVALS, text="three", thread_ts=first)
    assert len(await people.messages(ALICE, APPROVALS, thread_ts=parent)) == 4


async def test_direct_messages(web: AsyncWebClient, people: WorkspaceClient) -> None:
    opened = (await web.conversations_open(users=ALICE))["channel"]["id"]
    posted = await web.chat_postMessage(channel=ALICE, text="for you")
    assert posted["channel"] == opened
    assert opened.startswith("D")
    (seen,) = await people.messages(ALICE, opened)
    assert seen["text"] == "for you"
    assert (await people.messages(ALICE, "countersign"))[0]["text"] == "for you"
    assert (await web.conversations_info(channel=opened))["channel"]["user"] == ALICE
    assert (await refused(web.conversations_open(users="U0NOBODY")))["error"] == "user_not_found"


async def test_people_channels_and_groups(web: AsyncWebClient) -> None:
    user = (await web.users_info(user=BOB))["user"]
    assert (user["name"], user["real_name"], user["tz"]) == ("bob", "Bob Byrne", "America/New_York")
    assert (user["is_bot"], user["deleted"], user["is_restricted"]) == (False, False, False)
    assert (await refused(web.users_info(user="U0NOBODY")))["error"] == "user_not_found"
    channels = (await web.conversations_list())["channels"]
    assert {c["name"]: c["is_member"] for c in channels} == {
        "approvals": True,
        "order-updates": True,
        "general": False,
    }
    assert (await web.conversations_info(channel=GENERAL))["channel"]["is_member"] is False
    assert set((await web.conversations_members(channel=APPROVALS))["members"]) == {ALICE, BOB, CAROL, BOT}
    assert (await web.usergroups_users_list(usergroup="S0FINANCE"))["users"] == [ALICE, CAROL]
    missing = web.usergroups_users_list(usergroup="S0NONE")
    assert (await refused(missing))["error"] == "no_such_subteam"
