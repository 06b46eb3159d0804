"""Clicks on cards and submissions of modals, one step each."""

import asyncio
from collections.abc import Sized

from localdev.slack.client import WorkspaceClient
from localdev.slack.interactivity.modals import SubmissionResult
from localdev.slack.json_values import Json
from orchestration.domain.fields import MessageRef
from tests.slack.bots import Bot
from tests.slack.people import ALICE, CHANNEL

TEXT = "order_text"


async def choose(workspace: WorkspaceClient, card: MessageRef, choice: str, user: str = ALICE) -> Json:
    """Choose from the card's menu and return the form that opens."""
    clicked = await workspace.click(user, CHANNEL, card.ts, "order_more", value=choice)
    assert clicked.acked
    return await workspace.wait_for_view(user, kind="modal")


async def submit(
    workspace: WorkspaceClient, view: Json, user: str = ALICE, **typed: str | None
) -> SubmissionResult:
    """Fill a form in and submit it; fields by their id."""
    state = {field: {field: value} for field, value in typed.items()}
    return await workspace.submit_view(user, view["id"], state)


async def until(bot: Bot, heard: Sized, times: int = 1) -> None:
    """Wait until the workflows have heard so much; the answer may still be on its way."""
    async with asyncio.timeout(5), bot.workflows.heard:
        await bot.workflows.heard.wait_for(lambda: len(heard) >= times)


async def sees(workspace: WorkspaceClient, words: str, user: str = ALICE, channel: str = CHANNEL) -> Json:
    """Fail unless that user, and nobody else, gets a message with these words."""
    message = await workspace.wait_for_message(user, channel, contains=words)
    assert message["is_ephemeral"]
    return message


async def sees_no_form(workspace: WorkspaceClient, user: str = ALICE) -> None:
    """Fail if a form is open."""
    assert (await workspace.views(user))["modals"] == []
