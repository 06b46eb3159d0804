"""Unauthorised decisions and hostile texts, through both processes to the audit log."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.ids import ButtonValue
from orchestration.domain.order.status import OrderStatus
from orchestration.simulated.payments import DECLINED_METHOD
from tests.integration.conftest import ALICE, APPROVALS, BOB, CAROL, System
from tests.support.orders import an_order

HOSTILE = "<!channel> <https://evil.example|Approve> *paid* `x` :tada: <@U0EVE0001>"
ALIVE = ("<!channel>", "<https://evil", "*paid*", "`x`", "<@U0EVE0001>")


async def decisions(system: System, order_id: str) -> list[tuple[str, str | None, dict[str, Any]]]:
    """Return the order's decisions from the audit log."""
    events = await system.reader.history(order_id)
    return [
        (each.type, each.actor, dict(each.detail)) for each in events if each.type.startswith("decision.")
    ]


@pytest.mark.parametrize(
    ("fields", "account"),
    [
        ({"deleted": True}, "deactivated"),
        ({"is_restricted": True}, "guest"),
        ({"home_team": "T0OTHER01"}, None),
    ],
)
async def test_an_approver_who_is_no_full_member_is_refused_and_audited(
    system: System, unique: str, fields: dict[str, object], account: str | None
) -> None:
    """Guests and users of other workspaces cannot decide; the order waits, and a member decides it."""
    order = an_order(order_id=unique)
    await system.gateway.start(order)
    card = await system.card(order)
    await system.workspace.change_account(ALICE, **fields)
    await system.workspace.click(ALICE, APPROVALS, card["ts"], "order_approve")
    words = "Only full members" if account else "has been altered"
    await system.workspace.wait_for_message(ALICE, APPROVALS, contains=words)
    view = await system.gateway.status(unique)
    assert (view.status, view.gate.approvals) == (OrderStatus.PENDING_MANUAL_APPROVAL, ())
    await system.workspace.click(CAROL, APPROVALS, card["ts"], "order_approve")
    assert (await system.gateway.wait_for_end(unique)).status is OrderStatus.SHIPPED
    refused, _ = await decisions(system, unique)
    assert refused[1] == f"slack_user:{ALICE}"
    if account is None:
        assert refused[0] == "decision.forged"
        assert "T0OTHER01" in refused[2]["why"]
    else:
        assert (refused[0], refused[2]["account"]) == ("decision.not_a_member", account)


async def test_a_button_of_another_order_is_refused_and_audited(system: System, unique: str) -> None:
    """A payload that names another order than its card decides neither."""
    seen, meant = an_order(order_id=f"a{unique}"), an_order(order_id=f"b{unique}")
    for order in (seen, meant):
        await system.gateway.start(order)
    card = await system.card(seen)
    await system.card(meant)
    value = ButtonValue(order_id=meant.order_id, revision=1).encode()
    await system.workspace.click(ALICE, APPROVALS, card["ts"], "order_approve", forge=True, value=value)
    await system.workspace.wait_for_message(ALICE, APPROVALS, contains="has been altered")
    for order in (seen, meant):
        assert (await system.gateway.status(order.order_id)).status is OrderStatus.PENDING_MANUAL_APPROVAL
    ((kind, actor, detail),) = await decisions(system, meant.order_id)
    assert (kind, actor) == ("decision.forged", f"slack_user:{ALICE}")
    assert seen.order_id in detail["why"]
    assert await decisions(system, seen.order_id) == []


async def test_a_replayed_payload_is_one_decision(system: System, unique: str) -> None:
    """A click in three envelopes gives one decision and one charge."""
    order = an_order(order_id=unique)
    await system.gateway.start(order)
    card = await system.card(order)
    await system.workspace.click(ALICE, APPROVALS, card["ts"], "order_approve", copies=3)
    assert (await system.gateway.wait_for_end(unique)).status is OrderStatus.SHIPPED
    assert [kind for kind, _, _ in await decisions(system, unique)] == ["decision.recorded"]


async def test_hostile_words_are_only_read(system: System, unique: str) -> None:
    """Hostile texts in every field of an order do nothing anywhere in Slack or at the terminal."""
    line = {"sku": "CHAIR-9", "description": HOSTILE, "quantity": 1, "unit_price": 120_000}
    order = an_order(
        order_id=unique,
        customer=HOSTILE,
        ship_to=HOSTILE,
        note=HOSTILE,
        lines=[line],
        payment_method=DECLINED_METHOD,
    )
    await system.gateway.start(order)
    card = await system.card(order)
    view = await system.workspace.wait_for_view(ALICE, kind="modal") if await _menu(system, card) else {}
    await system.workspace.submit_view(ALICE, view["id"], {"order_text": {"order_text": HOSTILE}})
    await system.gateway.wait_for_end(unique)
    await system.card(order, contains="failed")
    for text in (f"status {unique}", "list all", f"refund {unique} {HOSTILE}", f"status {HOSTILE}", HOSTILE):
        since = f"{datetime.now(UTC).timestamp():.6f}"
        assert (await system.workspace.command(BOB, APPROVALS, f"/order {text}")).acked
        await system.workspace.wait_for_message(BOB, APPROVALS, contains="", since=since)
    for user, channel in ((ALICE, APPROVALS), (BOB, APPROVALS), (BOB, "countersign")):
        for message in await system.workspace.messages(user, channel):
            thread = await system.workspace.messages(user, channel, message["ts"])
            for each in (message, *thread):
                _check(each)


async def _menu(system: System, card: dict[str, Any]) -> bool:
    clicked = await system.workspace.click(ALICE, APPROVALS, card["ts"], "order_more", value="approve")
    return clicked.acked


def _check(message: dict[str, Any]) -> None:
    formatted = [message["text"], *_formatted(message["blocks"])]
    for text in formatted:
        assert not [each for each in ALIVE if each in text], text
    raw = str(message["blocks"])
    assert "<!channel>" not in raw
    assert "<https://evil" not in raw


def _formatted(value: object) -> list[str]:
    if isinstance(value, list):
        return [text for each in value for text in _formatted(each)]
    if not isinstance(value, dict):
        return []
    own = [str(value["text"])] if value.get("type") == "mrkdwn" else []
    return own + [text for each in value.values() for text in _formatted(each)]
