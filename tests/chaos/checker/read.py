"""Collects the evidence with SQL, SQLite, Temporal's client and the simulator's control API."""

import asyncio
import json
import sqlite3
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHandle, WorkflowQueryFailedError
from temporalio.service import RPCError

from tests.chaos.checker.evidence import Evidence, Json, Ledger, Workflow

_AT_ONCE = 8
_QUERY_LIMIT = 10.0
_TABLES = ("orders", "payments", "refunds", "decisions", "workflow_events")
_PEOPLE = ("U0ALICE01", "U0BOB0001", "U0CAROL01")
_CHANNELS = ("C0APPROVE", "C0UPDATES", "C0GENERAL")
_DIRECT = "countersign"
"""What the control API calls one's direct messages with the app."""


async def read(
    *,
    planned: list[Json],
    journal: list[Json],
    ledger: Path,
    database_url: str,
    client: Client,
    slack_url: str,
) -> Evidence:
    """Read everything. `client` needs no data converter of ours: payloads are plain JSON."""
    tables = await read_tables(database_url)
    return Evidence(
        planned=tuple(planned),
        journal=tuple(journal),
        ledger=await asyncio.to_thread(read_ledger, ledger),
        orders=tables["orders"],
        payments=tables["payments"],
        refunds=tables["refunds"],
        decisions=tables["decisions"],
        events=tables["workflow_events"],
        workflows=await read_workflows(client),
        messages=await read_messages(slack_url),
    )


def read_ledger(path: Path) -> Ledger:
    """The three tables of the books."""
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)
    db.row_factory = sqlite3.Row
    try:
        found = {
            table: tuple(dict(row) for row in db.execute(f"SELECT * FROM {table}"))  # noqa: S608 - constants
            for table in ("charges", "parcels", "movements")
        }
    finally:
        db.close()
    return Ledger(**found)


async def read_tables(database_url: str) -> dict[str, tuple[Json, ...]]:
    """Whole tables, as they are at one moment."""
    connection = await asyncpg.connect(database_url)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            return {
                table: tuple(dict(row) for row in await connection.fetch(f"TABLE {table}"))
                for table in _TABLES
            }
    finally:
        await connection.close()


async def read_workflows(client: Client) -> tuple[Workflow, ...]:
    """Every order and refund, each run for itself; what ships them is a part of the order."""
    found = [
        (each.id, each.run_id)
        async for each in client.list_workflows()
        if each.id.startswith(("order-", "refund-"))
    ]
    turns = asyncio.Semaphore(_AT_ONCE)

    async def one(workflow_id: str, run_id: str) -> Workflow:
        async with turns:
            return await _workflow(client.get_workflow_handle(workflow_id, run_id=run_id))

    return tuple(await asyncio.gather(*(one(*each) for each in found)))


async def _workflow(handle: WorkflowHandle[Any, Any]) -> Workflow:
    description = await handle.describe()
    signals, view, trouble = [], None, ""
    async for event in handle.fetch_history_events():
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED:
            attributes = event.workflow_execution_signaled_event_attributes
            body = [json.loads(payload.data) for payload in attributes.input.payloads]
            at = event.event_time.ToMicroseconds() / 1e6
            signals.append({"name": attributes.signal_name, "body": body[0] if body else None, "at": at})
    try:
        async with asyncio.timeout(_QUERY_LIMIT):
            view = await handle.query("status", result_type=dict)
    except (RPCError, TimeoutError, WorkflowQueryFailedError) as error:
        trouble = f"{type(error).__name__} {error}"
    status = description.status or WorkflowExecutionStatus.RUNNING
    return Workflow(handle.id, description.run_id, status.name, tuple(signals), view, trouble)


async def read_messages(slack_url: str) -> tuple[Json, ...]:
    """What the bot posted, wherever that was; ephemerals are nobody's message."""
    places = [(_PEOPLE[0], channel) for channel in _CHANNELS] + [(person, _DIRECT) for person in _PEOPLE]
    found: list[Json] = []
    async with aiohttp.ClientSession() as session:
        for user, channel in places:
            body = {"user": user, "channel": channel, "with_replies": True}
            async with session.post(f"{slack_url}/control/messages", json=body) as response:
                response.raise_for_status()
                found += (await response.json())["messages"]
    return tuple(each for each in found if not each["is_ephemeral"])
