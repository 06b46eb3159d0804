"""Slack's official Python clients, asynchronous and blocking, go through the same steps."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from slack_bolt import App
from slack_bolt.adapter.socket_mode.builtin import SocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.aiohttp import SocketModeClient as AioSocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web import WebClient
from slack_sdk.web.async_client import AsyncWebClient

from localdev.slack.client import WorkspaceClient
from localdev.slack.server import SlackSimulator
from tests.simulator.support import (
    ALICE,
    APP_TOKEN,
    APPROVALS,
    BOT_TOKEN,
    Ack,
    Json,
    card,
    connected,
    new_app,
    web_client,
)

MODAL: Json = {
    "type": "modal",
    "callback_id": "why",
    "title": {"type": "plain_text", "text": "Why?"},
    "submit": {"type": "plain_text", "text": "Send"},
    "blocks": [
        {
            "type": "input",
            "block_id": "why",
            "label": {"type": "plain_text", "text": "Why?"},
            "element": {"type": "plain_text_input", "action_id": "typed"},
        }
    ],
}
HOME: Json = {
    "type": "home",
    "blocks": [{"type": "header", "text": {"type": "plain_text", "text": "At home"}}],
}


def answer_to(view: Json) -> Json:
    """How both apps answer a submission."""
    if view["state"]["values"]["why"]["typed"]["value"] == "no":
        return {"response_action": "errors", "errors": {"why": "Say more."}}
    return {"response_action": "clear"}


async def story(slack: SlackSimulator, people: WorkspaceClient) -> None:
    """The steps, as alice."""
    web = web_client(slack.api_url)
    assert (await people.command(ALICE, APPROVALS, "/order one")).response == {"text": "heard one"}
    ts = (await web.chat_postMessage(channel=APPROVALS, text="card", blocks=card()))["ts"]
    assert (await people.click(ALICE, APPROVALS, ts, "order_approve")).acked
    assert (await people.wait_for_message(ALICE, APPROVALS, contains="answered"))["is_ephemeral"]
    view = await people.wait_for_view(ALICE, contains="Why?", kind="modal")
    assert (await people.submit_view(ALICE, view["id"], {"why": {"typed": "no"}})).errors == {
        "why": "Say more."
    }
    assert (await people.submit_view(ALICE, view["id"], {"why": {"typed": "because"}})).closed
    await people.open_home(ALICE)
    await people.wait_for_view(ALICE, contains="At home", kind="home")
    await people.react(ALICE, APPROVALS, ts, "eyes")
    await people.wait_for_message(ALICE, APPROVALS, contains="saw eyes")


async def test_bolt_with_asyncio(full: SlackSimulator, full_people: WorkspaceClient) -> None:
    app: AsyncApp = new_app(full)

    @app.command("/order")
    async def order(ack: Ack, command: Json) -> None:
        await ack(f"heard {command['text']}")

    @app.action("order_approve")
    async def approve(ack: Ack, body: Json, respond: Ack, client: AsyncWebClient) -> None:
        await ack()
        await respond("answered", replace_original=False)
        await client.views_open(trigger_id=body["trigger_id"], view=MODAL)

    @app.view("why")
    async def why(ack: Ack, view: Json) -> None:
        await ack(**answer_to(view))

    @app.event("app_home_opened")
    async def home(event: Json, client: AsyncWebClient) -> None:
        await client.views_publish(user_id=event["user"], view=HOME)

    @app.event("reaction_added")
    async def reacted(event: Json, client: AsyncWebClient) -> None:
        await client.chat_postMessage(channel=APPROVALS, text=f"saw {event['reaction']}")

    async with connected(app, full_people):
        await story(full, full_people)
        await full_people.disconnect("refresh_requested")
        for n in range(5):
            assert (await full_people.command(ALICE, APPROVALS, f"/order {n}")).acked


def blocking_app(web: WebClient) -> App:
    """The same app with blocking functions."""
    app = App(client=web)

    @app.command("/order")
    def order(ack, command):  # type: ignore[no-untyped-def]
        ack(f"heard {command['text']}")

    @app.action("order_approve")
    def approve(ack, body, respond, client):  # type: ignore[no-untyped-def]
        ack()
        respond("answered", replace_original=False)
        client.views_open(trigger_id=body["trigger_id"], view=MODAL)

    @app.view("why")
    def why(ack, view):  # type: ignore[no-untyped-def]
        ack(**answer_to(view))

    @app.event("app_home_opened")
    def home(event, client):  # type: ignore[no-untyped-def]
        client.views_publish(user_id=event["user"], view=HOME)

    @app.event("reaction_added")
    def reacted(event, client):  # type: ignore[no-untyped-def]
        client.chat_postMessage(channel=APPROVALS, text=f"saw {event['reaction']}")

    return app


async def test_bolt_with_threads(full: SlackSimulator, full_people: WorkspaceClient) -> None:
    web = WebClient(BOT_TOKEN, base_url=full.api_url)
    app = await asyncio.to_thread(blocking_app, web)
    handler = SocketModeHandler(app, APP_TOKEN)
    await asyncio.to_thread(handler.connect)
    try:
        await full_people.wait_for_connections(1)
        await story(full, full_people)
    finally:
        await asyncio.to_thread(handler.close)


@contextmanager
def blocking_socket(slack: SlackSimulator) -> Iterator[SocketModeClient]:
    client = SocketModeClient(APP_TOKEN, web_client=WebClient(BOT_TOKEN, base_url=slack.api_url))
    heard = threading.Event()

    def listen(client: object, request: SocketModeRequest) -> None:
        assert isinstance(client, SocketModeClient)
        client.send_socket_mode_response(
            SocketModeResponse(envelope_id=request.envelope_id, payload={"text": "heard"})
        )
        heard.set()

    client.socket_mode_request_listeners.append(listen)
    try:
        yield client
    finally:
        client.close()


async def test_the_built_in_socket_client(full: SlackSimulator, full_people: WorkspaceClient) -> None:
    with blocking_socket(full) as client:
        await asyncio.to_thread(client.connect)
        await full_people.wait_for_connections(1)
        assert (await full_people.command(ALICE, APPROVALS, "/order one")).response == {"text": "heard"}
        await full_people.cut()
        await asyncio.to_thread(client.connect_to_new_endpoint, True)
        await full_people.wait_for_connections(1)
        assert (await full_people.command(ALICE, APPROVALS, "/order two")).acked
        await asyncio.to_thread(client.close)


async def test_the_aiohttp_socket_client(full: SlackSimulator, full_people: WorkspaceClient) -> None:
    client = AioSocketModeClient(APP_TOKEN, web_client=AsyncWebClient(BOT_TOKEN, base_url=full.api_url))

    async def listen(_: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        response = SocketModeResponse(envelope_id=request.envelope_id, payload={"text": "heard"})
        await client.send_socket_mode_response(response)

    client.socket_mode_request_listeners.append(listen)
    try:
        await client.connect()  # type: ignore[no-untyped-call]
        await full_people.wait_for_connections(1)
        assert (await full_people.command(ALICE, APPROVALS, "/order one")).response == {"text": "heard"}
        await full_people.disconnect("refresh_requested")
        assert (await full_people.command(ALICE, APPROVALS, "/order two")).acked
    finally:
        await client.close()  # type: ignore[no-untyped-call]


async def test_the_blocking_web_client(full: SlackSimulator) -> None:
    web = WebClient(BOT_TOKEN, base_url=full.api_url)

    def calls() -> list[str]:
        names = []
        for page in web.users_list(limit=2):
            names += [member["name"] for member in page["members"]]
        ts = web.chat_postMessage(channel=APPROVALS, text="hi", blocks=card())["ts"]
        web.chat_update(channel=APPROVALS, ts=ts, text="changed")
        web.files_upload_v2(channel=APPROVALS, content="words", filename="note.txt")
        return [*names, *(one["text"] for one in web.conversations_history(channel=APPROVALS)["messages"])]

    seen = await asyncio.to_thread(calls)
    assert sorted(seen[:4]) == ["alice", "bob", "carol", "countersign"]
    assert seen[4:] == ["", "changed"]
