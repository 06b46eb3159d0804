"""The methods reactions.* and files.*, and unread messages."""

import base64

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from localdev.slack.client import WorkspaceClient
from localdev.slack.server import SlackSimulator
from tests.simulator.support import ALICE, APPROVALS, BOB, BOT, GENERAL, UPDATES, refused

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


async def test_reactions_come_and_go_once(
    full: SlackSimulator, full_people: WorkspaceClient, full_web: AsyncWebClient
) -> None:
    ts = await full_people.post(ALICE, APPROVALS, "look")
    await full_web.reactions_add(channel=APPROVALS, timestamp=ts, name="eyes")
    again = await refused(full_web.reactions_add(channel=APPROVALS, timestamp=ts, name="eyes"))
    assert again["error"] == "already_reacted"
    await full_people.react(BOB, APPROVALS, ts, "eyes")
    message = (await full_web.reactions_get(channel=APPROVALS, timestamp=ts))["message"]
    assert message["reactions"] == [{"name": "eyes", "users": [BOT, BOB], "count": 2}]
    await full_web.reactions_remove(channel=APPROVALS, timestamp=ts, name="eyes")
    none = await refused(full_web.reactions_remove(channel=APPROVALS, timestamp=ts, name="eyes"))
    assert none["error"] == "no_reaction"


async def test_reactions_need_a_message_and_a_name(full_web: AsyncWebClient) -> None:
    nowhere = await refused(full_web.reactions_add(channel=APPROVALS, timestamp="1.0", name="eyes"))
    assert nowhere["error"] == "message_not_found"
    ts = (await full_web.chat_postMessage(channel=APPROVALS, text="hi"))["ts"]
    wrong = await refused(full_web.reactions_add(channel=APPROVALS, timestamp=ts, name="Not One"))
    assert wrong["error"] == "invalid_name"


async def test_an_uploaded_picture_shows_in_the_channel(
    full: SlackSimulator, full_people: WorkspaceClient, full_web: AsyncWebClient
) -> None:
    await full_web.files_upload_v2(
        channel=APPROVALS, content=PIXEL, filename="dot.png", title="A dot", initial_comment="see"
    )
    message = await full_people.wait_for_message(BOB, APPROVALS, contains="see")
    (file,) = message["files"]
    assert (file["name"], file["title"], file["mimetype"], file["size"]) == (
        "dot.png",
        "A dot",
        "image/png",
        len(PIXEL),
    )
    async with aiohttp.ClientSession() as http:
        shown = await http.get(f"{full.url}/control/files/{file['id']}")
        assert (shown.content_type, await shown.read()) == ("image/png", PIXEL)
        unknown = await http.get(file["url_private"])
        assert unknown.status == 403
        owned = await http.get(file["url_private"], headers={"Authorization": f"Bearer {full_web.token}"})
        assert await owned.read() == PIXEL


async def test_a_page_that_calls_itself_a_picture_is_only_bytes(
    full: SlackSimulator, full_web: AsyncWebClient
) -> None:
    script = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
    answer = await full_web.files_upload_v2(content=script, filename='x".svg\r\nA: b')
    async with aiohttp.ClientSession() as http:
        shown = await http.get(f"{full.url}/control/files/{answer['files'][0]['id']}")
        assert shown.content_type == "application/octet-stream"
        assert shown.headers["Content-Disposition"].startswith("attachment")


async def test_an_upload_must_be_finished_and_of_the_announced_length(
    full: SlackSimulator, full_web: AsyncWebClient
) -> None:
    announced = await full_web.files_getUploadURLExternal(filename="a.txt", length=5)
    early = await refused(full_web.files_completeUploadExternal(files=[{"id": announced["file_id"]}]))
    assert early["error"] == "file_not_found"
    async with aiohttp.ClientSession() as http:
        assert (await http.post(announced["upload_url"], data=b"too long")).status == 400
        assert (await http.post(announced["upload_url"], data=b"right")).status == 200
        assert (await http.post(announced["upload_url"], data=b"right")).status == 400
    done = await full_web.files_completeUploadExternal(files=[{"id": announced["file_id"], "title": "A"}])
    assert done["files"][0]["title"] == "A"


async def test_unread_counts_what_others_wrote_since(
    full: SlackSimulator, full_people: WorkspaceClient, full_web: AsyncWebClient
) -> None:
    first = (await full_web.chat_postMessage(channel=APPROVALS, text="one"))["ts"]
    await full_people.post(ALICE, APPROVALS, "@bob two")
    await full_people.post(BOB, GENERAL, "mine")
    await full_web.chat_postMessage(channel=BOB, text="direct")
    unread = await full_people.unread(BOB)
    assert unread[APPROVALS] == {"count": 2, "mentions": 1, "first_ts": first}
    assert unread["D0BOB0001"]["mentions"] == 1
    assert (UPDATES in unread, GENERAL in unread) == (False, False)
    await full_people.mark_read(BOB, APPROVALS)
    assert APPROVALS not in await full_people.unread(BOB)
    assert APPROVALS not in await full_people.unread(ALICE), "who writes has read"
