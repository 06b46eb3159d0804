"""Each kind of fault, how often it applies, and to which calls."""

import time

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.builtin_async_handlers import AsyncConnectionErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from localdev.slack import seed
from localdev.slack.client import ControlError, WorkspaceClient
from localdev.slack.server import SlackSimulator
from tests.simulator.support import (
    ALICE,
    APPROVALS,
    BOT,
    BOT_TOKEN,
    UPDATES,
    Ack,
    connected,
    new_app,
    refused,
    web_client,
)


async def texts(people: WorkspaceClient) -> list[str]:
    return [message["text"] for message in await people.messages(ALICE, APPROVALS)]


async def test_an_error_instead_of_the_deed(people: WorkspaceClient, web: AsyncWebClient) -> None:
    await people.add_fault(kind="error", method="chat.postMessage", error="fatal_error")
    answer = await refused(web.chat_postMessage(channel=APPROVALS, text="x"))
    assert answer == {"ok": False, "error": "fatal_error"}
    await web.chat_postMessage(channel=APPROVALS, text="y")
    assert await texts(people) == ["y"]


async def test_an_error_after_the_deed(people: WorkspaceClient, web: AsyncWebClient) -> None:
    await people.add_fault(kind="error_after", method="chat.postMessage")
    answer = await refused(web.chat_postMessage(channel=APPROVALS, text="x"))
    assert answer["error"] == "internal_error"
    assert await texts(people) == ["x"]


async def test_429_carries_retry_after(people: WorkspaceClient, web: AsyncWebClient) -> None:
    await people.add_fault(kind="rate_limited", method="chat.postMessage", retry_after=7)
    with pytest.raises(SlackApiError) as caught:
        await web.chat_postMessage(channel=APPROVALS, text="x")
    assert caught.value.response.status_code == 429
    assert caught.value.response.headers["Retry-After"] == "7"
    assert await texts(people) == []


async def test_a_bad_gateway(people: WorkspaceClient, web: AsyncWebClient) -> None:
    await people.add_fault(kind="http_status", method="auth.test", status=502)
    with pytest.raises(SlackApiError) as caught:
        await web.auth_test()
    assert caught.value.response.status_code == 502


async def test_a_delay_comes_before_the_deed(people: WorkspaceClient, web: AsyncWebClient) -> None:
    await people.add_fault(kind="delay", method="auth.test", seconds=0.2)
    begun = time.monotonic()
    await web.auth_test()
    assert time.monotonic() - begun >= 0.2


@pytest.mark.parametrize(("kind", "posted"), [("drop_before", []), ("drop_after", ["x"])])
async def test_a_dropped_connection(
    people: WorkspaceClient, web: AsyncWebClient, kind: str, posted: list[str]
) -> None:
    await people.add_fault(kind=kind, method="chat.postMessage")
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await web.chat_postMessage(channel=APPROVALS, text="x")
    assert await texts(people) == posted
    (call,) = await people.calls("chat.postMessage")
    assert call["fault"] == kind


async def test_the_sdks_own_retry_posts_twice_after_a_lost_answer(
    slack: SlackSimulator, people: WorkspaceClient
) -> None:
    """This default handler is why the bot runs with `retry_handlers=[]`."""
    handlers: list[AsyncRetryHandler] = [AsyncConnectionErrorRetryHandler()]
    web = AsyncWebClient(BOT_TOKEN, base_url=slack.api_url, retry_handlers=handlers)
    await people.add_fault(kind="drop_after", method="chat.postMessage")
    await web.chat_postMessage(channel=APPROVALS, text="x")
    assert await texts(people) == ["x", "x"]


async def test_nth_times_and_channel(people: WorkspaceClient, web: AsyncWebClient) -> None:
    await people.add_fault(kind="error", method="chat.postMessage", channel=APPROVALS, nth=2, times=2)
    outcomes = []
    for channel in (APPROVALS, UPDATES, APPROVALS, UPDATES, APPROVALS, APPROVALS):
        try:
            await web.chat_postMessage(channel=channel, text="x")
            outcomes.append("ok")
        except SlackApiError as error:
            outcomes.append(error.response["error"])
    assert outcomes == ["ok", "ok", "internal_error", "ok", "internal_error", "ok"]


async def test_probability_is_repeatable_with_a_seed(slack: SlackSimulator) -> None:
    async def run(fault_seed: int) -> list[bool]:
        async with SlackSimulator(seed.demo(), fault_seed=fault_seed) as simulator:
            async with WorkspaceClient(simulator.url) as client:
                await client.add_fault(kind="error", method="auth.test", probability=0.5, times=None)
            web = web_client(simulator.api_url)
            return [(await web_ok(web)) for _ in range(20)]

    first, again, other = await run(1), await run(1), await run(2)
    assert first == again != other
    assert 0 < sum(first) < 20


async def web_ok(web: AsyncWebClient) -> bool:
    try:
        return bool((await web.auth_test())["ok"])
    except SlackApiError:
        return False


@pytest.mark.parametrize(
    ("kind", "received", "error"),
    [
        ("duplicate_envelope", 2, None),
        ("lose_envelope", 0, "operation_timeout"),
        ("delay_envelope", 1, "operation_timeout"),
        ("close_socket", 0, "dispatch_failed"),
    ],
)
async def test_faults_of_envelopes(
    slack: SlackSimulator, people: WorkspaceClient, kind: str, received: int, error: str | None
) -> None:
    app, seen = new_app(slack), 0

    @app.command("/order")
    async def order(ack: Ack) -> None:
        nonlocal seen
        seen += 1
        await ack()

    async with connected(app, people):
        await people.add_fault(kind=kind, method="slash_commands", seconds=0.6)
        result = await people.command(ALICE, APPROVALS, "/order help")
        assert result.error == error

        def all_received() -> bool | None:
            return seen == received or None

        assert await slack.workspace.changes.wait_until(all_received, 2)
    assert seen == received


async def test_a_rule_that_makes_no_sense_is_refused(people: WorkspaceClient) -> None:
    with pytest.raises(ControlError, match="kind") as caught:
        await people.add_fault(kind="earthquake")
    assert caught.value.status == 400
    with pytest.raises(ControlError, match="probability"):
        await people.add_fault(kind="error", probability=2)


async def test_faults_can_be_cleared(people: WorkspaceClient, web: AsyncWebClient) -> None:
    await people.add_fault(kind="error", times=None)
    assert not await web_ok(web)
    await people.clear_faults()
    assert await web_ok(web)


async def test_kicking_the_bot_out(people: WorkspaceClient, web: AsyncWebClient) -> None:
    await people.leave("approvals", BOT)
    assert (await refused(web.chat_postMessage(channel=APPROVALS, text="x")))["error"] == "not_in_channel"
    await people.join("approvals", BOT)
    await web.chat_postMessage(channel=APPROVALS, text="x")


async def test_rate_limits_when_switched_on() -> None:
    async with SlackSimulator(seed.demo(), rate_limits=True) as slack:
        web = web_client(slack.api_url)
        for n in range(5):
            await web.chat_postMessage(channel=APPROVALS, text=str(n))
        with pytest.raises(SlackApiError) as caught:
            await web.chat_postMessage(channel=APPROVALS, text="one too many")
        assert caught.value.response.status_code == 429
        assert caught.value.response.headers["Retry-After"] == "1"
        await web.chat_postMessage(channel=UPDATES, text="another channel has its own allowance")
