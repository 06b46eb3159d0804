"""Refunds, amendments and questions through real workers, a real database and the CLI."""

import asyncio
import json
from typing import Any

import pytest

from orchestration.cli.exit_codes import ExitCode
from tests.integration.cli.conftest import Cli
from tests.integration.cli.orders import start_order, wait_for_status


async def refund_of(cli: Cli, order_id: str, status: str) -> dict[str, Any]:
    """The refund, once it stands there."""
    async with asyncio.timeout(20):
        while True:
            result = await cli("refund", order_id, "--json")
            refund: dict[str, Any] = json.loads(result.stdout)["refund"]
            if refund["status"] == status:
                return refund
            await asyncio.sleep(0.05)


@pytest.mark.usefixtures("working")
async def test_a_shipped_order_is_refunded_once_it_is_approved(cli: Cli) -> None:
    """Its own tier, its own gate; asked for again it is refused; the audit log tells the two apart."""
    order_id = await start_order(cli)
    await wait_for_status(cli, order_id, "PENDING_MANUAL_APPROVAL")
    early = await cli("refund", order_id, "--reason", "too early")
    assert early.exit_code == ExitCode.REFUSED, early.output
    assert "only an order that was shipped and paid" in early.output
    await cli("signal", order_id, "approve", "--as", "U7")
    await wait_for_status(cli, order_id, "SHIPPED")
    asked = await cli("refund", order_id, "--reason", "broken", "--requester", "U0BOB0001")
    assert asked.exit_code == ExitCode.OK, asked.output
    own = await cli("signal", order_id, "approve", "--refund", "--as", "U0BOB0001")
    assert own.exit_code == ExitCode.REFUSED
    approved = await cli("signal", order_id, "approve", "--refund", "--as", "U7")
    assert approved.exit_code == ExitCode.OK, approved.output
    await refund_of(cli, order_id, "REFUNDED")
    async with asyncio.timeout(20):
        while True:
            again = await cli("refund", order_id, "--reason", "once more", "--wait")
            if "under way already" not in again.output:  # the first may still be closing its card
                break
            await asyncio.sleep(0.05)
    assert again.exit_code == ExitCode.REFUSED
    assert "has been refunded already" in again.output
    history = json.loads((await cli("history", order_id, "--json")).stdout)
    types = [event["type"] for event in history["events"]]
    assert types.count("payment.refunded") == 1
    assert "refund.REFUNDED" in types


@pytest.mark.usefixtures("working")
async def test_an_amended_order_is_charged_as_it_was_approved(cli: Cli) -> None:
    """New lines, a new revision, and what the database shows is what was paid."""
    order_id = await start_order(cli, "--requester", "U0BOB0001")
    await wait_for_status(cli, order_id, "PENDING_MANUAL_APPROVAL")
    changed = await cli("amend", order_id, "--line", "DESK-2:Standing desk:1:700.00", "--as", "U0BOB0001")
    assert changed.exit_code == ExitCode.OK, changed.output
    await cli("signal", order_id, "approve", "--as", "U7")
    shipped = await wait_for_status(cli, order_id, "SHIPPED")
    assert shipped["order"]["amount"] == 70_000
    history = json.loads((await cli("history", order_id, "--json")).stdout)["events"]
    charged = next(event for event in history if event["type"] == "payment.claimed")
    assert charged["detail"]["amount"] == 70_000
    amended = next(event for event in history if event["type"] == "order.amended")
    assert amended["detail"]["revision"] == 2
    listed = json.loads((await cli("list", "--json")).stdout)["orders"]
    (row,) = [each for each in listed if each["order_id"] == order_id]
    assert row["order"]["amount"] == 70_000


@pytest.mark.usefixtures("working")
async def test_a_question_and_its_answer_are_in_the_audit_log(cli: Cli) -> None:
    order_id = await start_order(cli, "--requester", "U0BOB0001")
    await wait_for_status(cli, order_id, "PENDING_MANUAL_APPROVAL")
    assert (await cli("ask", order_id, "Which office?", "--as", "U7")).exit_code == ExitCode.OK
    waiting = await wait_for_status(cli, order_id, "PENDING_MANUAL_APPROVAL")
    assert "information was asked for" in waiting["waiting_for"]
    stranger = await cli("answer", order_id, "Mine", "--as", "U9")
    assert stranger.exit_code == ExitCode.REFUSED
    assert (await cli("answer", order_id, "Kiel", "--as", "U0BOB0001")).exit_code == ExitCode.OK
    await cli("signal", order_id, "cancel", "--as", "U7")
    await wait_for_status(cli, order_id, "CANCELLED")
    history = json.loads((await cli("history", order_id, "--json")).stdout)["events"]
    talk = [event["type"] for event in history if event["type"].startswith("information.")]
    assert talk == ["information.requested", "information.refused", "information.given"]
