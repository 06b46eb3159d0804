"""Temporal, PostgreSQL and Slack are made to disagree; the reconciler finds and repairs it."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import asyncpg
import pytest
import structlog.testing
from slack_sdk.web.async_client import AsyncWebClient
from temporalio.client import Client
from temporalio.service import RPCError
from typer.testing import CliRunner, Result

from orchestration.cli.app import app
from orchestration.cli.commands.admin import reconcile as command
from orchestration.cli.exit_codes import ExitCode
from orchestration.cli.wiring import RealConnections
from orchestration.client.reconciliation import ReconciliationClient
from orchestration.contracts.names import order_workflow_id
from orchestration.contracts.reconciliation import RECONCILE_SCHEDULE, ReconcileRequest, Report
from orchestration.domain.actor import Actor, ActorKind, Surface
from orchestration.domain.approval.decision import DecisionKind, DecisionRequest
from orchestration.domain.order.order import Order
from orchestration.domain.order.status import OrderStatus
from orchestration.domain.reconciliation.findings import Finding, FindingKind
from tests.integration.conftest import ALICE, APPROVALS, System
from tests.support.orders import an_order


@pytest.fixture
async def database(owner_database_url: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    """A connection to the database, to read and to break rows."""
    connection = await asyncpg.connect(owner_database_url)
    yield connection
    await connection.close()


@pytest.fixture
def web(system: System) -> AsyncWebClient:
    """A Slack client with the bot's token."""
    return AsyncWebClient(
        system.settings["SLACK_BOT_TOKEN"], base_url=system.settings["SLACK_API_URL"], retry_handlers=[]
    )


async def reconcile(client: Client, order_id: str, *, fix: bool = True) -> tuple[Finding, ...]:
    """Reconcile one order: the server also has orders of other tests, which use other databases."""
    request = ReconcileRequest(fix=fix, order_id=order_id, grace_period=timedelta(0))
    handle = await ReconciliationClient(client).start(request)
    report = Report.model_validate(await handle.result())
    assert report.problems == ()
    return report.findings


async def waiting(system: System, order_id: str) -> tuple[Order, str]:
    """Start an order, and return it with the ts of its card."""
    order = an_order(order_id=order_id)
    await system.gateway.start(order)
    ts = str((await system.card(order))["ts"])
    # The workflow knows its card: Slack's answer has been stored.
    while (await system.gateway.status(order_id)).card is None:
        await asyncio.sleep(0.05)
    return order, ts


async def ended(system: System, order_id: str) -> str:
    """Ship an order, and return the ts of its card."""
    _, ts = await waiting(system, order_id)
    request = DecisionRequest(
        decision_id=f"d-{order_id}",
        actor=Actor(kind=ActorKind.SLACK_USER, id=ALICE),
        surface=Surface.CLI,
        decided_at=(await system.gateway.status(order_id)).updated_at,
    )
    await system.gateway.send_decision(order_id, DecisionKind.APPROVE, request)
    view = await system.gateway.wait_for_end(order_id)
    assert view.status is OrderStatus.SHIPPED
    return ts


async def test_where_all_agree_nothing_is_found(system: System, temporal_client: Client, unique: str) -> None:
    """There are no findings for a waiting order and an ended one, and nothing is changed."""
    await waiting(system, f"a{unique}")
    await ended(system, f"b{unique}")
    before = await system.workspace.calls("chat.update")
    assert await reconcile(temporal_client, f"a{unique}") == ()
    assert await reconcile(temporal_client, f"b{unique}") == ()
    assert await system.workspace.calls("chat.update") == before


async def test_a_deleted_card_of_an_order_that_waits_comes_back(
    system: System, temporal_client: Client, unique: str
) -> None:
    """A deleted card is posted again by its workflow, and its buttons work."""
    order, ts = await waiting(system, unique)
    await system.workspace.delete_message("U0BOTUSER", APPROVALS, ts)
    (found,) = await reconcile(temporal_client, unique, fix=False)
    assert (found.kind, found.repaired) == (FindingKind.CARD_MISSING, False)
    (mended,) = await reconcile(temporal_client, unique)
    assert (mended.kind, mended.repaired) == (FindingKind.CARD_MISSING, True)
    card = await system.card(order)
    assert card["ts"] != ts
    await system.workspace.click(ALICE, APPROVALS, card["ts"], "order_approve")
    assert (await system.gateway.wait_for_end(unique)).status is OrderStatus.SHIPPED


async def test_a_card_that_is_there_twice_loses_its_copy(
    system: System,
    temporal_client: Client,
    database: "asyncpg.Connection[asyncpg.Record]",
    web: AsyncWebClient,
    unique: str,
) -> None:
    """A first post that Slack carries out after its time limit leaves a second card, which is deleted."""
    order, ts = await waiting(system, unique)
    history = await web.conversations_history(
        channel=APPROVALS, oldest=ts, latest=ts, inclusive=True, include_all_metadata=True
    )
    (card,) = history["messages"]
    copy = await web.chat_postMessage(
        channel=APPROVALS, text=card["text"], blocks=card["blocks"], metadata=card["metadata"]
    )
    await database.execute("UPDATE slack_messages SET attempts = 2 WHERE order_id = $1", unique)
    (found,) = await reconcile(temporal_client, unique)
    assert (found.kind, found.repaired) == (FindingKind.DUPLICATE_MESSAGE, True)
    assert [ref.ts for ref in found.copies] == [copy["ts"]]
    assert (await system.card(order))["ts"] == ts
    events = [event.type for event in await system.reader.history(unique)]
    assert "reconcile.duplicate_message" in events


async def test_buttons_on_a_finished_order_go(
    system: System, temporal_client: Client, web: AsyncWebClient, unique: str
) -> None:
    """A late update that shows an old state over the final one is repaired."""
    ts = await ended(system, unique)
    button = {
        "type": "button",
        "action_id": "order_approve",
        "text": {"type": "plain_text", "text": "Approve"},
    }
    await web.chat_update(
        channel=APPROVALS, ts=ts, text="late", blocks=[{"type": "actions", "elements": [button]}]
    )
    (found,) = await reconcile(temporal_client, unique)
    assert (found.kind, found.repaired) == (FindingKind.STALE_BUTTONS, True)
    card = await system.workspace.wait_for_message(ALICE, APPROVALS, contains="has been shipped", ts=ts)
    assert "order_approve" not in str(card["blocks"])


async def test_a_terminated_workflow_takes_its_row_and_card_along(
    system: System, temporal_client: Client, unique: str
) -> None:
    """A terminated workflow without a payment: the row ends as cancelled, and so does the card."""
    _, ts = await waiting(system, unique)
    await temporal_client.get_workflow_handle(order_workflow_id(unique)).terminate()
    (found,) = await reconcile(temporal_client, unique)
    assert (found.kind, found.repaired) == (FindingKind.WORKFLOW_CLOSED, True)
    row = await system.reader.get(unique)
    assert row is not None
    assert (row.status, row.reason) == (OrderStatus.CANCELLED, "its workflow was ended in Temporal")
    card = await system.workspace.wait_for_message(ALICE, APPROVALS, contains="was cancelled", ts=ts)
    assert "order_approve" not in str(card["blocks"])
    assert await reconcile(temporal_client, unique) == ()


async def test_a_database_from_a_backup_is_caught_up(
    system: System,
    temporal_client: Client,
    database: "asyncpg.Connection[asyncpg.Record]",
    unique: str,
) -> None:
    """A missing row is written from the workflow; a wrong payment is left to a person."""
    await ended(system, unique)
    for table in ("payments", "orders"):
        await database.execute(f"DELETE FROM {table} WHERE order_id = $1", unique)  # noqa: S608
    await database.execute("ALTER TABLE workflow_events DISABLE TRIGGER workflow_events_append_only")
    await database.execute("DELETE FROM workflow_events WHERE order_id = $1", unique)
    (found,) = await reconcile(temporal_client, unique)
    assert (found.kind, found.repaired) == (FindingKind.ROW_MISSING, True)
    row = await system.reader.get(unique)
    assert row is not None
    assert row.status is OrderStatus.SHIPPED
    (money,) = await reconcile(temporal_client, unique)
    assert (money.kind, money.repair) == (FindingKind.PAYMENT_MISMATCH, None)


async def test_the_command_tells_and_its_exit_code_says_so(
    system: System, unique: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The exit code is 8 while there are findings, 0 once they are repaired, and 3 for an unknown order."""
    for name in ("DATABASE_URL", "TEMPORAL_ADDRESS"):
        monkeypatch.setenv(name, system.settings[name])
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(command, "ReconcileRequest", partial(ReconcileRequest, grace_period=timedelta(0)))

    async def run(*arguments: str) -> Result:
        given = ["reconcile", *arguments]
        with structlog.testing.capture_logs():
            return await asyncio.to_thread(CliRunner().invoke, app, given, obj=RealConnections())

    _, ts = await waiting(system, unique)
    await system.workspace.delete_message("U0BOTUSER", APPROVALS, ts)
    found = await run("--order", unique)
    assert found.exit_code == ExitCode.FAULTS
    assert "card_missing\tcan be repaired" in found.output
    assert "reconcile --fix" in found.output
    mended = await run("--order", unique, "--fix", "--json")
    assert mended.exit_code == ExitCode.OK
    (finding,) = json.loads(mended.stdout)["findings"]
    assert (finding["kind"], finding["repaired"]) == ("card_missing", True)
    assert (await run("--order", "ord-nobody")).exit_code == ExitCode.UNKNOWN_ORDER
    assert (await run("--since", "99d")).exit_code == ExitCode.USAGE


async def test_the_schedule_is_made_once_and_stays_paused(temporal_client: Client) -> None:
    """Every process creates the schedule at its start; a schedule that is paused stays so."""
    executions = ReconciliationClient(temporal_client)
    for _ in range(2):
        await executions.create_schedule(timedelta(days=1))
    handle = temporal_client.get_schedule_handle(RECONCILE_SCHEDULE)
    await handle.pause()
    # Temporal takes changes of a schedule up in its own time: on a busy machine, more than ten seconds.
    while not (await handle.describe()).schedule.state.paused:
        await asyncio.sleep(0.05)
    await executions.create_schedule(timedelta(days=2))
    while (described := (await handle.describe()).schedule).spec.intervals[0].every != timedelta(days=2):
        await asyncio.sleep(0.05)
    assert described.state.paused
    for _ in range(2):
        await executions.delete_schedule()
    with pytest.raises(RPCError):
        await handle.describe()
