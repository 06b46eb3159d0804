"""`python -m bench.baseline.ack_app`: a Bolt app whose one listener acks and does nothing else."""

import argparse
from collections.abc import Awaitable, Callable

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult

from bench.harness.system import APP_TOKEN, BOT_TOKEN
from bot.ids import ActionId
from bot.web_api.client import build_client
from orchestration.process.lifecycle import run_process, stop_on_signals


async def _run(api_url: str) -> None:
    stop = stop_on_signals()
    app = AsyncApp(client=build_client(BOT_TOKEN, api_url), authorize=_authorized(), name="ack-only")

    async def only_ack(ack: AsyncAck) -> None:
        await ack()

    app.action(ActionId.APPROVE.value)(only_ack)
    handler = AsyncSocketModeHandler(app, APP_TOKEN)
    handler.client.proxy = None
    await handler.connect_async()  # type: ignore[no-untyped-call]
    await stop.wait()
    await handler.close_async()  # type: ignore[no-untyped-call]


def _authorized() -> Callable[[], Awaitable[AuthorizeResult]]:
    # As in the bot: no call to Slack for a click.
    result = AuthorizeResult(
        enterprise_id=None, team_id="T0TEAM001", bot_user_id="U0BOTUSER", bot_token=BOT_TOKEN
    )

    async def authorize() -> AuthorizeResult:
        return result

    return authorize


def main() -> None:
    """Read the arguments and ack until asked to stop."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--api-url", required=True)
    options = parser.parse_args()
    run_process("bench.baseline.ack_app", lambda: _run(options.api_url))


if __name__ == "__main__":
    main()
