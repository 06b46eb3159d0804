"""`python -m bot`: runs the Slack app over Socket Mode, and the worker of the activities on `slack-tq`."""

import asyncio
import os
import socket
import time
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

import structlog
from slack_sdk.web.async_client import AsyncWebClient
from temporalio.client import Client
from temporalio.worker import Worker

from bot.app import build_app
from bot.dependencies import Dependencies
from bot.in_flight import InFlight
from bot.log_filters import filter_credentials
from bot.messages.activities import SlackActivities
from bot.messages.reconciliation import SlackReconciliationActivities
from bot.settings import BotSettings
from bot.socket_mode.replicas import SILENCE, Replicas
from bot.socket_mode.runner import SocketModeRunner
from bot.web_api.client import build_client
from bot.web_api.identity import Identity
from bot.web_api.startup_checks import check_approvals_channel, identify, open_connection
from db.pool import closing, open_pool, ping
from db.slack.bot_sessions import PostgresBotSessionStore
from db.slack.rate_limit_queue import PostgresRateLimitQueue
from db.slack.slack_messages import PostgresMessageStore
from db.stores.decisions import PostgresDecisionStore
from db.stores.delegations import PostgresDelegationStore
from db.stores.order_reader import PostgresOrderReader
from orchestration.client.workflow_client import WorkflowClient
from orchestration.contracts.names import SLACK_TASK_QUEUE
from orchestration.process import logs, shutdown
from orchestration.process.health import Check, not_connected, serve_health
from orchestration.process.lifecycle import cancel_on_shutdown, run_process, stop_on_signals
from orchestration.settings import load
from orchestration.temporal.connection import connect
from orchestration.worker.workers import ACTIVITY_SHUTDOWN_TIMEOUT, run_workers

log = structlog.stdlib.get_logger(__name__)


MAX_ACTIVITIES = 20
"""Activities that run at once. Calls that wait for a rate limit do not count: their activity has ended."""

URL_LIFETIME = 10.0
"""Seconds for which a URL from `apps.connections.open` is used."""


async def run() -> None:
    """Connect to Slack, the database and Temporal, then work until a signal asks to stop."""
    settings = load(BotSettings)
    logs.configure("bot", settings.log_format, settings.log_level)
    filter_credentials()
    stop = stop_on_signals()
    checks: dict[str, Check] = dict.fromkeys(
        ("slack", "socket", "replicas", "database", "temporal"), not_connected
    )
    async with serve_health(settings.health_host, settings.health_port, checks):
        slack = build_client(settings.slack_bot_token.get_secret_value(), settings.slack_api_url)
        identity, socket_url = await cancel_on_shutdown(stop, _check_slack(slack, settings))
        checks["slack"] = partial(_ping_slack, slack)
        dsn = settings.database_url.get_secret_value()
        opened = await cancel_on_shutdown(stop, open_pool(dsn, application_name="bot"))
        async with closing(opened, shutdown.CONNECTIONS) as pool:
            checks["database"] = partial(ping, pool)
            process = f"{socket.gethostname()}:{os.getpid()}"
            client = await cancel_on_shutdown(stop, connect(f"bot@{process}"))
            workflows = WorkflowClient(client)
            checks["temporal"] = workflows.ping
            in_flight = InFlight()
            deps = Dependencies(
                slack,
                identity,
                workflows,
                PostgresOrderReader(pool),
                PostgresDecisionStore(pool),
                in_flight,
                PostgresDelegationStore(pool),
            )
            replicas = Replicas(PostgresBotSessionStore(pool, timedelta(seconds=SILENCE)), process)
            checks["replicas"] = replicas.check
            app_token = settings.slack_app_token.get_secret_value()
            runner = SocketModeRunner(build_app(deps), app_token, in_flight, observer=replicas)
            checks["socket"] = runner.check
            activities = SlackActivities(
                slack,
                PostgresMessageStore(pool),
                settings.slack_approvals_channel,
                identity.bot_id,
                deps.delegations,
                queue=PostgresRateLimitQueue(pool),
                orders=workflows,
            )
            reconcile = SlackReconciliationActivities(
                slack, PostgresMessageStore(pool), settings.slack_approvals_channel, identity.bot_id
            )
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(run_workers([_worker(client, activities, reconcile)], stop))
                tasks.create_task(runner.run(stop, socket_url.if_fresh()))
                tasks.create_task(replicas.run(stop))
            await replicas.end()
    log.info("stopped")


@dataclass(frozen=True, slots=True)
class _SocketUrl:
    """A URL for one Socket Mode connection, which has to be opened soon."""

    url: str = field(repr=False)
    issued_at: float

    def if_fresh(self) -> str | None:
        return self.url if time.monotonic() - self.issued_at < URL_LIFETIME else None


async def _check_slack(slack: AsyncWebClient, settings: BotSettings) -> tuple[Identity, _SocketUrl]:
    identity = await identify(slack)
    url = await open_connection(slack, settings.slack_app_token.get_secret_value())
    await check_approvals_channel(slack, settings.slack_approvals_channel)
    return identity, _SocketUrl(url, time.monotonic())


def _worker(client: Client, activities: SlackActivities, reconcile: SlackReconciliationActivities) -> Worker:
    return Worker(
        client,
        task_queue=SLACK_TASK_QUEUE,
        activities=[
            activities.post_card,
            activities.update_card,
            activities.post_reply,
            activities.notify_people,
            reconcile.scan_cards,
            reconcile.read_card,
            reconcile.find_copies,
            reconcile.delete_copy,
        ],
        max_concurrent_activities=MAX_ACTIVITIES,
        graceful_shutdown_timeout=ACTIVITY_SHUTDOWN_TIMEOUT,
    )


async def _ping_slack(slack: AsyncWebClient) -> None:
    await slack.auth_test()


if __name__ == "__main__":
    run_process("bot", run)
