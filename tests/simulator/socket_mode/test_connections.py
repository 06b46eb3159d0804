"""Socket Mode without a client library: tickets, hello, pings, one connection for each envelope."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from localdev.slack import seed
from localdev.slack.client import WorkspaceClient
from localdev.slack.server import SlackSimulator
from tests.simulator.support import ALICE, APP_TOKEN, APPROVALS, Json, card


async def new_address(slack: SlackSimulator) -> str:
    web = AsyncWebClient(base_url=slack.api_url, retry_handlers=[])
    return str((await web.apps_connections_open(app_token=APP_TOKEN))["url"])


class Sockets:
    """Opens websockets and closes all of them at the end."""

    def __init__(self, http: aiohttp.ClientSession) -> None:
        self.http = http
        self.opened: list[aiohttp.ClientWebSocketResponse] = []

    async def open(self, url: str, *, autoping: bool = True) -> aiohttp.ClientWebSocketResponse:
        """Open a websocket at a URL of apps.connections.open."""
        self.opened.append(await self.http.ws_connect(url, autoping=autoping))
        return self.opened[-1]

    async def connect(self, slack: SlackSimulator) -> aiohttp.ClientWebSocketResponse:
        """Open a websocket with a new ticket and check the hello frame."""
        socket = await self.open(await new_address(slack))
        hello = await socket.receive_json(timeout=2)
        assert hello["type"] == "hello"
        assert hello["num_connections"] == slack.sockets.open_connections
        assert hello["connection_info"] == {"app_id": "A0APP0001"}
        return socket


@pytest.fixture
async def sockets() -> AsyncIterator[Sockets]:
    async with aiohttp.ClientSession() as http:
        opener = Sockets(http)
        yield opener
        for socket in opener.opened:
            await socket.close()


async def test_a_ticket_is_good_once(slack: SlackSimulator, sockets: Sockets) -> None:
    url = await new_address(slack)
    first = await sockets.open(url)
    for bad in (url, url.replace("ticket=", "ticket=x"), f"{slack.url}/link/"):
        with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
            await sockets.open(bad)
        assert caught.value.status == 403
    assert not first.closed


async def test_the_eleventh_connection_is_turned_away(slack: SlackSimulator, sockets: Sockets) -> None:
    ten = [await sockets.connect(slack) for _ in range(10)]
    eleventh = await sockets.open(await new_address(slack))
    frame = await eleventh.receive_json(timeout=2)
    assert (frame["type"], frame["reason"]) == ("disconnect", "too_many_websockets")
    assert frame["num_connections"] == 11
    assert (await eleventh.receive(timeout=2)).type is aiohttp.WSMsgType.CLOSE
    assert slack.sockets.open_connections == len(ten)


async def test_an_envelope_goes_to_one_socket_and_any_socket_may_ack_it(
    slack: SlackSimulator, people: WorkspaceClient, web: AsyncWebClient, sockets: Sockets
) -> None:
    pair = [await sockets.connect(slack), await sockets.connect(slack)]
    posted = await web.chat_postMessage(channel=APPROVALS, text="x", blocks=card())
    received: list[list[str]] = [[], []]

    async def serve(index: int) -> None:
        async for message in pair[index]:
            envelope_id = message.json()["envelope_id"]
            received[index].append(envelope_id)
            await pair[1 - index].send_json({"envelope_id": envelope_id})

    tasks = [asyncio.create_task(serve(index)) for index in (0, 1)]
    results = [await people.click(ALICE, APPROVALS, posted["ts"], "order_approve") for _ in range(4)]
    for task in tasks:
        task.cancel()
    assert all(result.acked for result in results)
    assert [len(each) for each in received] == [2, 2]
    sent = {envelope_id for result in results for envelope_id in result.envelope_ids}
    assert sent == {*received[0], *received[1]}


async def test_after_refresh_requested_the_new_socket_gets_the_envelopes(
    slack: SlackSimulator, people: WorkspaceClient, web: AsyncWebClient, sockets: Sockets
) -> None:
    old = await sockets.connect(slack)
    await people.disconnect("refresh_requested")
    frame = await old.receive_json(timeout=2)
    assert (frame["type"], frame["reason"]) == ("disconnect", "refresh_requested")
    new = await sockets.connect(slack)
    clicking = asyncio.create_task(people.command(ALICE, APPROVALS, "/order help"))
    envelope = await new.receive_json(timeout=2)
    assert envelope["type"] == "slash_commands"
    await new.send_json({"envelope_id": envelope["envelope_id"]})
    assert (await clicking).acked
    assert (await old.receive(timeout=2)).type is aiohttp.WSMsgType.CLOSE


async def test_pings_both_ways(sockets: Sockets) -> None:
    async with SlackSimulator(seed.demo(), ping_seconds=0.05) as slack:
        socket = await sockets.open(await new_address(slack), autoping=False)
        await socket.receive_json()
        ping = await socket.receive(timeout=2)
        assert ping.type is aiohttp.WSMsgType.PING
        assert ping.data.startswith(b"Ping from ")
        await socket.ping(b"sdk-ping-pong:1.0")
        while (pong := await socket.receive(timeout=2)).type is aiohttp.WSMsgType.PING:
            pass
        assert (pong.type, bytes(pong.data)) == (aiohttp.WSMsgType.PONG, b"sdk-ping-pong:1.0")


async def test_noise_on_the_socket_hurts_nobody(
    slack: SlackSimulator, people: WorkspaceClient, sockets: Sockets
) -> None:
    socket = await sockets.connect(slack)
    for noise in ("not json", "[1]", "{}", '{"envelope_id": "unknown"}', '{"envelope_id": 7}'):
        await socket.send_str(noise)
    typing = asyncio.create_task(people.command(ALICE, APPROVALS, "/order help"))
    envelope: Json = await socket.receive_json(timeout=2)
    payload = {"text": "hi", "response_type": "in_channel"}
    await socket.send_json({"envelope_id": envelope["envelope_id"], "payload": payload})
    assert (await typing).response == payload
    (said,) = await people.messages(ALICE, APPROVALS)
    assert (said["text"], said["is_ephemeral"]) == ("hi", False)


@pytest.mark.parametrize("debug", [True, False])
async def test_a_connection_is_warned_asked_to_come_again_and_closed(sockets: Sockets, debug: bool) -> None:
    usual, debugged = (60.0, 0.2) if debug else (0.2, 60.0)
    async with SlackSimulator(
        seed.demo(), connection_seconds=usual, debug_connection_seconds=debugged
    ) as slack:
        address = await new_address(slack)
        socket = await sockets.open(f"{address}&debug_reconnects=true" if debug else address)
        frames = [await socket.receive_json(timeout=2) for _ in range(3)]
        assert frames[0]["debug_info"]["approximate_connection_time"] == 0
        assert [frame.get("reason") for frame in frames] == [None, "warning", "refresh_requested"]
        assert (await socket.receive(timeout=2)).type in {aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED}


async def test_a_cut_is_without_a_word(
    slack: SlackSimulator, people: WorkspaceClient, sockets: Sockets
) -> None:
    socket = await sockets.connect(slack)
    await people.cut()
    assert (await socket.receive(timeout=2)).type in {aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED}
    await people.wait_for_connections(0)


async def test_link_disabled_ends_every_connection(
    slack: SlackSimulator, people: WorkspaceClient, sockets: Sockets
) -> None:
    socket = await sockets.connect(slack)
    await people.disconnect("link_disabled")
    assert (await socket.receive_json(timeout=2))["reason"] == "link_disabled"
    await people.wait_for_connections(0)


async def test_switched_off_nobody_is_let_in(
    slack: SlackSimulator, people: WorkspaceClient, sockets: Sockets
) -> None:
    """Old tickets are invalid and new ones are refused until Socket Mode is on again."""
    socket, unused = await sockets.connect(slack), await new_address(slack)
    await people.socket_mode(enabled=False)
    assert (await socket.receive_json(timeout=2))["reason"] == "link_disabled"
    await people.wait_for_connections(0)
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await sockets.open(unused)
    with pytest.raises(SlackApiError, match="socket_mode_not_enabled"):
        await new_address(slack)
    await people.socket_mode(enabled=True)
    await sockets.connect(slack)
