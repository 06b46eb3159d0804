"""An app with the official Bolt library, over a real websocket: clicks, commands, acks, reconnects."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from localdev.slack.client import ControlError, WorkspaceClient
from localdev.slack.server import SlackSimulator
from localdev.slack.traffic_log import TrafficKind
from tests.simulator.support import ALICE, APPROVALS, BOB, Ack, Json, card, connected, new_app

Respond = Callable[..., Awaitable[Any]]


async def test_a_click_reaches_the_listener_with_slacks_payload(
    slack: SlackSimulator, people: WorkspaceClient, web: AsyncWebClient
) -> None:
    app = new_app(slack)
    bodies: list[Json] = []

    @app.action("order_approve")
    async def approve(ack: Ack, body: Json, respond: Respond) -> None:
        await ack()
        bodies.append(body)
        await respond(text="Thank you, alice", replace_original=False)

    posted = await web.chat_postMessage(channel=APPROVALS, text="Order 1", blocks=card())
    async with connected(app, people):
        result = await people.click(ALICE, APPROVALS, posted["ts"], "order_approve")
        note = await people.wait_for_message(ALICE, APPROVALS, contains="Thank you, alice")

    assert result.acked
    assert result.error is None
    assert len(result.envelope_ids) == 1
    (body,) = bodies
    assert body["type"] == "block_actions"
    assert body["user"] == {"id": ALICE, "username": "alice", "name": "alice", "team_id": "T0TEAM001"}
    assert body["channel"] == {"id": APPROVALS, "name": "approvals"}
    assert body["container"] == {
        "type": "message",
        "message_ts": posted["ts"],
        "channel_id": APPROVALS,
        "is_ephemeral": False,
    }
    assert body["state"] == {"values": {}}
    assert body["enterprise"] is None
    assert body["message"]["bot_id"] == "B0BOT0001"
    assert body["message"]["blocks"] == posted["message"]["blocks"]
    (action,) = body["actions"]
    seconds, micros = action.pop("action_ts").split(".")
    assert seconds.isdigit()
    assert len(micros) == 6
    assert action == {
        "action_id": "order_approve",
        "block_id": "decide",
        "text": {"type": "plain_text", "text": "Approve", "emoji": True},
        "value": "ord_1",
        "type": "button",
    }
    assert note["is_ephemeral"]
    assert "Thank you" not in str(await people.messages(BOB, APPROVALS))


async def test_a_menu_option_is_chosen_by_its_value(
    slack: SlackSimulator, people: WorkspaceClient, card_ts: str
) -> None:
    app, chosen = new_app(slack), asyncio.Queue[Json]()

    @app.action("order_more")
    async def more(ack: Ack, action: Json) -> None:
        await ack()
        chosen.put_nowait(action)

    async with connected(app, people):
        await people.click(ALICE, APPROVALS, card_ts, "order_more", value="note")
        action = await chosen.get()

    assert action["type"] == "overflow"
    assert action["selected_option"]["value"] == "note"
    assert "value" not in action


async def test_a_button_that_is_gone_can_be_clicked_only_by_forging(
    slack: SlackSimulator, people: WorkspaceClient, web: AsyncWebClient, card_ts: str
) -> None:
    app, values = new_app(slack), asyncio.Queue[str]()

    @app.action("order_approve")
    async def approve(ack: Ack, action: Json) -> None:
        await ack()
        values.put_nowait(action["value"])

    await web.chat_update(channel=APPROVALS, ts=card_ts, text="Approved", blocks=[])
    async with connected(app, people):
        with pytest.raises(ControlError, match="has no order_approve") as caught:
            await people.click(ALICE, APPROVALS, card_ts, "order_approve")
        assert caught.value.status == 404
        hostile = "<script>alert(1)</script>"
        result = await people.click(ALICE, APPROVALS, card_ts, "order_approve", value=hostile, forge=True)
        assert result.acked
        assert await values.get() == hostile


async def test_copies_of_a_click_are_the_same_payload_in_two_envelopes(
    slack: SlackSimulator, people: WorkspaceClient, card_ts: str
) -> None:
    app, bodies = new_app(slack), asyncio.Queue[Json]()

    @app.action("order_approve")
    async def approve(ack: Ack, body: Json) -> None:
        await ack()
        bodies.put_nowait(body)

    async with connected(app, people):
        result = await people.click(ALICE, APPROVALS, card_ts, "order_approve", copies=2)
        first, second = await bodies.get(), await bodies.get()

    assert first == second
    assert len(set(result.envelope_ids)) == 2


async def test_a_slash_command_is_answered_by_its_ack(slack: SlackSimulator, people: WorkspaceClient) -> None:
    app, bodies = new_app(slack), asyncio.Queue[Json]()

    @app.command("/order")
    async def order(ack: Ack, body: Json) -> None:
        bodies.put_nowait(body)
        await ack(text=f"You asked for {body['text']}")

    async with connected(app, people):
        result = await people.command(ALICE, APPROVALS, "/order status  ord_1 ")

    body = await bodies.get()
    assert result.acked
    assert result.response is not None
    assert result.response["text"] == "You asked for status  ord_1"
    assert body["is_enterprise_install"] == "false"
    assert {key: body[key] for key in ("command", "user_id", "user_name", "channel_id", "channel_name")} == {
        "command": "/order",
        "user_id": ALICE,
        "user_name": "alice",
        "channel_id": APPROVALS,
        "channel_name": "approvals",
    }
    (answer,) = await people.messages(ALICE, APPROVALS)
    assert answer["is_ephemeral"]
    assert answer["user"] == "U0BOTUSER"
    assert await people.messages(BOB, APPROVALS) == []


async def test_an_unknown_command_never_reaches_the_app(
    slack: SlackSimulator, people: WorkspaceClient
) -> None:
    result = await people.command(ALICE, APPROVALS, "/nonsense")
    assert result.error == "unknown_command"
    assert result.envelope_ids == ()
    (said,) = await people.messages(ALICE, APPROVALS)
    assert said["text"] == "/nonsense is not a valid command."


async def test_without_an_ack_in_time_the_person_sees_an_error(
    slack: SlackSimulator, people: WorkspaceClient, card_ts: str
) -> None:
    app = new_app(slack)

    @app.action("order_approve")
    async def approve() -> None:
        """Do not ack."""

    @app.command("/order")
    async def order() -> None:
        """Do not ack either."""

    async with connected(app, people):
        clicked = await people.click(ALICE, APPROVALS, card_ts, "order_approve")
        typed = await people.command(ALICE, APPROVALS, "/order help")

    assert (clicked.acked, clicked.error) == (False, "operation_timeout")
    assert (typed.acked, typed.error) == (False, "operation_timeout")
    card_, said = await people.messages(ALICE, APPROVALS)
    assert card_["warning"] == "operation_timeout"
    assert said["text"] == '/order failed with the error "operation_timeout"'
    assert "warning" not in (await people.messages(BOB, APPROVALS))[0]
    frames = await people.calls(kind="frame_out")
    assert len([f for f in frames if f["method"] == "interactive"]) == 1, "a click is not redelivered"


async def test_with_no_connection_the_person_sees_an_error_at_once(
    people: WorkspaceClient, card_ts: str
) -> None:
    assert (await people.click(ALICE, APPROVALS, card_ts, "order_approve")).error == "dispatch_failed"
    assert (await people.command(ALICE, APPROVALS, "/order help")).error == "dispatch_failed"


async def test_an_ephemeral_with_a_button_can_be_clicked_and_replaced(
    slack: SlackSimulator, people: WorkspaceClient, web: AsyncWebClient
) -> None:
    app, bodies = new_app(slack), asyncio.Queue[Json]()

    @app.action("order_approve")
    async def approve(ack: Ack, body: Json, respond: Respond) -> None:
        await ack()
        bodies.put_nowait(body)
        await respond(text="Next page", replace_original=True)

    shown = await web.chat_postEphemeral(channel=APPROVALS, user=ALICE, text="Page 1", blocks=card())
    async with connected(app, people):
        await people.click(ALICE, APPROVALS, shown["message_ts"], "order_approve")
        await people.wait_for_message(ALICE, APPROVALS, contains="Next page", ts=shown["message_ts"])

    body = await bodies.get()
    assert body["container"]["is_ephemeral"] is True
    assert "message" not in body
    (after,) = await people.messages(ALICE, APPROVALS)
    assert "blocks" not in after


@pytest.mark.parametrize("reason", ["refresh_requested", "link_disabled"])
async def test_bolt_comes_back_after_a_disconnect(
    slack: SlackSimulator, people: WorkspaceClient, reason: str, card_ts: str
) -> None:
    app, clicks = new_app(slack), asyncio.Queue[str]()

    @app.action("order_approve")
    async def approve(ack: Ack, action: Json) -> None:
        await ack()
        clicks.put_nowait(action["value"])

    async with connected(app, people):
        await people.disconnect("warning")
        assert await people.connections() == 1
        await people.disconnect(reason)

        def hello_again() -> bool | None:
            return len(slack.traffic.entries(TrafficKind.FRAME_OUT, "hello")) == 2 or None

        assert await slack.workspace.changes.wait_until(hello_again, 5)
        assert (await people.click(ALICE, APPROVALS, card_ts, "order_approve")).acked
        assert await clicks.get() == "ord_1"
