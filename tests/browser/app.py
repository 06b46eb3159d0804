"""A Slack app to try the page with: a card, a modal with field errors, a Home tab, a command."""

import asyncio

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from localdev.slack.server import SlackSimulator
from tests.simulator.support import APPROVALS, Ack, Json, new_app


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def button(action_id: str, label: str, **more: object) -> Json:
    return {"type": "button", "action_id": action_id, "text": plain(label), "value": "1042", **more}


def card(*buttons: Json) -> list[Json]:
    """What waits for a yes: facts, and the buttons if any are left."""
    facts = [
        "*Amount*\nEUR 1,200.00",
        "*Customer*\nMüller GmbH",
        "*Asked by*\n<@U0BOB0001>",
        "*Tier*\nfinance",
    ]
    blocks: list[Json] = [
        {"type": "header", "text": plain("Order 1042 needs a yes")},
        {"type": "section", "fields": [mrkdwn(fact) for fact in facts]},
    ]
    return (
        [*blocks, {"type": "actions", "block_id": "decide", "elements": list(buttons)}] if buttons else blocks
    )


CONFIRM = {
    "title": plain("Cancel this order?"),
    "text": mrkdwn("EUR 1,200.00 for *Müller GmbH*"),
    "confirm": plain("Cancel the order"),
    "deny": plain("Keep it"),
    "style": "danger",
}
BUTTONS = (
    button("approve", "Approve", style="primary"),
    button("cancel", "Cancel", style="danger", confirm=CONFIRM),
    button("note", "Approve with a note"),
)


def text_input(block_id: str, label: str) -> Json:
    element = {"type": "plain_text_input", "action_id": "typed"}
    return {"type": "input", "block_id": block_id, "label": plain(label), "element": element}


def modal(title: str, *blocks: Json, callback_id: str = "note") -> Json:
    shown = list(blocks) or [text_input("why", "Why?")]
    return {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title),
        "submit": plain("Send"),
        "close": plain("Never mind"),
        "blocks": shown,
    }


def demo_app(slack: SlackSimulator) -> AsyncApp:
    """The app, not yet connected."""
    app = new_app(slack)

    async def settle(ack: Ack, body: Json, client: AsyncWebClient, word: str) -> None:
        await ack()
        ts, user = body["message"]["ts"], body["user"]["id"]
        blocks = [*card(), {"type": "context", "elements": [mrkdwn(f"{word} by <@{user}>")]}]
        await client.chat_update(channel=APPROVALS, ts=ts, text=f"Order 1042 {word}", blocks=blocks)

    @app.action("approve")
    async def approve(ack: Ack, body: Json, client: AsyncWebClient) -> None:
        await settle(ack, body, client, "approved")

    @app.action("cancel")
    async def cancel(ack: Ack, body: Json, client: AsyncWebClient) -> None:
        await settle(ack, body, client, "cancelled")

    @app.action("note")
    async def note(ack: Ack, body: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=modal("Approve order 1042"))

    @app.view("note")
    async def noted(ack: Ack, view: Json) -> None:
        words = view["state"]["values"]["why"]["typed"]["value"]
        if words == "no":
            await ack(response_action="errors", errors={"why": "Say more than no."})
        elif words == "sure?":
            await ack(response_action="push", view=modal("Really?", text_input("why", "Really?")))
        else:
            await ack(response_action="clear")

    @app.command("/order")
    async def order(ack: Ack, command: Json) -> None:
        await ack(f"You asked for _{command['text']}_")

    @app.event("app_home_opened")
    async def home(event: Json, client: AsyncWebClient) -> None:
        if event["tab"] == "home":
            await publish(client, event["user"], 1)

    @app.action("again")
    async def again(ack: Ack, body: Json, client: AsyncWebClient) -> None:
        await ack()
        await publish(client, body["user"]["id"], 3)

    for quiet in ("message", "reaction_added", "member_joined_channel"):
        app.event(quiet)(_hear)
    return app


async def _hear() -> None:
    """Events that this app need not answer."""
    await asyncio.sleep(0)


async def publish(client: AsyncWebClient, user: str, waiting: int) -> None:
    """The Home tab, with so many orders waiting."""
    actions = {"type": "actions", "elements": [button("again", "Look again")]}
    blocks = [{"type": "header", "text": plain(f"{waiting} waiting for you")}, actions]
    await client.views_publish(user_id=user, view={"type": "home", "blocks": blocks})
