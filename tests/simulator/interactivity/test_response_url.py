"""Response urls: five uses in thirty minutes, ephemeral by default."""

import time

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from localdev.slack.client import WorkspaceClient
from localdev.slack.interactivity.payloads import response_url
from localdev.slack.server import SlackSimulator
from localdev.slack.workspace.models import ResponseUrlKind
from tests.simulator.support import ALICE, APPROVALS, BOB, card


def new_url(slack: SlackSimulator, ts: str | None = None) -> str:
    message = slack.workspace.message(APPROVALS, ts) if ts else None
    hook = slack.workspace.response_urls.new(ResponseUrlKind.ACTIONS, APPROVALS, ALICE, message)
    return response_url(slack.workspace, hook)


async def test_answers_are_ephemeral_unless_told_otherwise(
    slack: SlackSimulator, people: WorkspaceClient
) -> None:
    hook = AsyncWebhookClient(new_url(slack))
    assert (await hook.send(text="for alice")).status_code == 200
    assert (await hook.send(text="for all", response_type="in_channel")).status_code == 200
    assert [m["text"] for m in await people.messages(ALICE, APPROVALS)] == ["for alice", "for all"]
    assert [m["text"] for m in await people.messages(BOB, APPROVALS)] == ["for all"]


async def test_the_sixth_use_is_refused(slack: SlackSimulator) -> None:
    hook = AsyncWebhookClient(new_url(slack))
    statuses = [(await hook.send(text=str(n))) for n in range(6)]
    assert [answer.status_code for answer in statuses] == [200] * 5 + [404]
    assert "used_url" in statuses[-1].body


async def test_after_thirty_minutes_it_is_refused(slack: SlackSimulator) -> None:
    url = new_url(slack)
    hook = slack.workspace.response_urls.find("/".join(url.split("/")[-2:]))
    assert hook is not None
    assert 1790 < hook.expires_at - time.time() <= 1800
    slack.workspace.response_urls.save(hook.model_copy(update={"expires_at": time.time() - 1}))
    answer = await AsyncWebhookClient(url).send(text="late")
    assert (answer.status_code, "expired_url" in answer.body) == (404, True)


async def test_the_original_is_replaced_or_deleted(
    slack: SlackSimulator, people: WorkspaceClient, web: AsyncWebClient
) -> None:
    ts = (await web.chat_postMessage(channel=APPROVALS, text="before", blocks=card()))["ts"]
    hook = AsyncWebhookClient(new_url(slack, ts))
    await hook.send(text="after", replace_original=True)
    (message,) = await people.messages(BOB, APPROVALS)
    assert (message["ts"], message["text"]) == (ts, "after")
    assert "blocks" not in message
    await hook.send(delete_original=True)
    assert await people.messages(BOB, APPROVALS) == []


async def test_bad_answers_are_refused(slack: SlackSimulator) -> None:
    url = new_url(slack)
    for body, error in (
        (b"{}", "no_text"),
        (b"oops", "invalid_payload"),
        (b'{"blocks": [{}]}', "invalid_blocks"),
    ):
        async with aiohttp.ClientSession() as http, http.post(url, data=body) as response:
            assert (response.status, (await response.json())["error"]) == (400, error)
    with_other_secret = url.rsplit("/", 1)[0] + "/guess"
    assert (await AsyncWebhookClient(with_other_secret).send(text="x")).status_code == 404


@pytest.mark.parametrize("is_reply", [False, True])
async def test_an_ephemeral_answer_shows_where_the_click_was(
    slack: SlackSimulator, people: WorkspaceClient, web: AsyncWebClient, is_reply: bool
) -> None:
    parent = (await web.chat_postMessage(channel=APPROVALS, text="parent"))["ts"]
    reply = (await web.chat_postMessage(channel=APPROVALS, text="reply", thread_ts=parent))["ts"]
    await AsyncWebhookClient(new_url(slack, reply if is_reply else parent)).send(text="answer")
    answer = await people.wait_for_message(ALICE, APPROVALS, contains="answer")
    assert answer.get("thread_ts") == (parent if is_reply else None)
