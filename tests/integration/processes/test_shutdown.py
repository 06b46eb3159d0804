"""SIGTERM under load: processes exit in time, every acked click is answered, and nothing runs twice."""

import asyncio
import signal
from collections.abc import Callable, Mapping

import asyncpg
from temporalio.client import Client

from localdev.slack.faults import FaultKind, FaultRule
from localdev.slack.interactivity.delivery import InteractionResult
from localdev.slack.interactivity.interactions import Press
from localdev.slack.server import SlackSimulator
from localdev.slack.socket_mode.frames import DisconnectReason
from localdev.slack.traffic_log import TrafficKind
from orchestration.contracts import names
from orchestration.domain.order.status import OrderStatus
from orchestration.process import shutdown
from tests.integration.conftest import APPROVALS, BOB, System
from tests.integration.end_to_end.test_orders import charges
from tests.support.orders import a_small_order, an_order
from tests.support.process import RunningProcess

RATE = 40
"""Number of clicks in a second."""
ORDERS = 8
TOLD = ("your own", "safely stored")
"""The answer to a click: the verdict, or on a busy machine that there is none yet."""


async def out_in_time(process: RunningProcess) -> None:
    """Fail unless the process exits by itself within the limit, without a traceback."""
    async with asyncio.timeout(shutdown.LIMIT):
        assert await process.process.wait() == 0, process.output
    assert "Traceback" not in process.output


async def cards(system: System, unique: str) -> list[str]:
    """Start orders that Bob requested, and therefore may not approve, and return where their cards are."""
    orders = [an_order(order_id=f"{unique}-{number}") for number in range(ORDERS)]
    await asyncio.gather(*(system.gateway.start(order) for order in orders))
    return [(await system.card(order))["ts"] for order in orders]


async def click_steadily(
    slack: SlackSimulator,
    where: list[str],
    seconds: float,
    at: Mapping[int, Callable[[], object]],
    rate: int = RATE,
) -> list[InteractionResult]:
    """Let Bob click so many times; `at` has the actions to run at certain clicks."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    async with asyncio.TaskGroup() as under_way:
        tasks = []
        for number in range(int(rate * seconds)):
            await asyncio.sleep(began + number / rate - loop.time())
            at.get(number, lambda: None)()
            press = Press("order_approve")
            click = slack.interactions.click(BOB, APPROVALS, where[number % len(where)], press)
            tasks.append(under_way.create_task(click))
    return [task.result() for task in tasks]


def answers(slack: SlackSimulator) -> list[str]:
    """Return the ephemeral messages for Bob."""
    seen, _ = slack.people.messages(BOB, APPROVALS, limit=1000)
    return [each["text"] for each in seen if each.get("is_ephemeral")]


async def decided(system: System, unique: str) -> int:
    """Return how many of his clicks are in the audit log."""
    logs = await asyncio.gather(*(system.reader.history(f"{unique}-{number}") for number in range(ORDERS)))
    return sum(event.type.startswith("decision.") for log in logs for event in log)


async def test_a_bot_that_is_stopped_under_clicks_leaves_none_unanswered(
    system: System, slack: SlackSimulator, unique: str
) -> None:
    """A second bot gets the later clicks; those that Slack could not deliver are shown as failed."""
    where = await cards(system, unique)
    other = await system.start_process("bot")
    results = await click_steadily(slack, where, 4, {RATE: system.bot.process.terminate})
    await out_in_time(system.bot)
    acked = sum(result.acked for result in results)
    assert all(result.acked or result.error for result in results)
    assert acked > 3 * RATE
    async with asyncio.timeout(20):
        while not acked <= len(answers(slack)) == await decided(system, unique):
            await asyncio.sleep(0.2)
    assert all(any(words in answer for words in TOLD) for answer in answers(slack))
    assert other.process.returncode is None


async def test_new_connections_in_the_middle_of_100_clicks_a_second_lose_none(
    system: System, slack: SlackSimulator, unique: str
) -> None:
    """After four requests to disconnect every click is acked, audited and answered once."""
    where = await cards(system, unique)
    asked: list[asyncio.Task[None]] = []

    def refresh() -> None:
        asked.append(asyncio.create_task(slack.sockets.disconnect(DisconnectReason.REFRESH_REQUESTED)))

    refreshes = dict.fromkeys((50, 100, 150, 200), refresh)
    results = await click_steadily(slack, where, 3, refreshes, rate=100)
    await asyncio.gather(*asked)
    assert {result.error for result in results} == {None}
    async with asyncio.timeout(40):
        while await decided(system, unique) < len(results) or len(answers(slack)) < len(results):
            await asyncio.sleep(0.2)
    assert await decided(system, unique) == len(answers(slack)) == len(results) == 300
    assert all(any(words in answer for words in TOLD) for answer in answers(slack))


async def test_the_only_bot_answers_what_it_acked(system: System, slack: SlackSimulator, unique: str) -> None:
    """With only one bot, later clicks are shown as failed."""
    where = await cards(system, unique)
    results = await click_steadily(slack, where, 2, {RATE: system.bot.process.terminate})
    await out_in_time(system.bot)
    acked = sum(result.acked for result in results)
    assert RATE <= acked < len(results)
    assert all(result.acked or result.error for result in results)
    assert len(answers(slack)) >= acked
    async with asyncio.timeout(20):
        while await decided(system, unique) < acked:
            await asyncio.sleep(0.2)


async def test_a_post_that_is_on_its_way_when_the_bot_is_stopped_is_finished(
    system: System, slack: SlackSimulator, temporal_client: Client, unique: str
) -> None:
    """Running activities finish at their first attempt, and are not run again by the next bot."""
    slack.faults.add(FaultRule(kind=FaultKind.DELAY, method="chat.postMessage", seconds=2))
    await system.gateway.start(an_order(order_id=unique))
    async with asyncio.timeout(20):
        while not slack.faults.describe()[0]["struck"]:
            await asyncio.sleep(0.02)
    system.bot.process.terminate()
    await out_in_time(system.bot)
    assert len(slack.traffic.entries(TrafficKind.API, "chat.postMessage")) == 1
    await system.start_process("bot")
    await system.card(an_order(order_id=unique))
    assert len(slack.traffic.entries(TrafficKind.API, "chat.postMessage")) == 1
    await system.gateway.cancel_workflow(unique)
    await system.gateway.wait_for_end(unique)
    assert set(await attempts(temporal_client, names.order_workflow_id(unique))) == {1}


async def attempts(client: Client, *workflow_ids: str) -> list[int]:
    """Return the attempt of each completed activity, without those that timed out on a busy machine."""
    found = []
    for workflow_id in workflow_ids:
        async for event in client.get_workflow_handle(workflow_id).fetch_history_events():
            started = event.activity_task_started_event_attributes
            if started.attempt and not started.last_failure.HasField("timeout_failure_info"):
                found.append(started.attempt)
    return found


async def test_an_activity_that_runs_when_orchestration_is_stopped_is_finished(
    system: System, temporal_client: Client, owner_database_url: str, unique: str
) -> None:
    """A running charge finishes, although it waits for a database lock until after the signal."""
    holder = await asyncpg.connect(owner_database_url)
    try:
        async with holder.transaction():
            await holder.execute("LOCK TABLE payments IN ACCESS EXCLUSIVE MODE")
            await system.gateway.start(a_small_order(order_id=unique))
            waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'payments'::regclass"
            async with asyncio.timeout(20):
                while not await holder.fetchval(waiting):
                    await asyncio.sleep(0.02)
            system.orchestration.process.terminate()
            await system.orchestration.wait_for_line("no new tasks are polled")
        await out_in_time(system.orchestration)
    finally:
        await holder.close()
    await system.start_process("orchestration")
    assert (await system.gateway.wait_for_end(unique)).status is OrderStatus.SHIPPED
    assert set(await attempts(temporal_client, names.order_workflow_id(unique))) == {1}
    assert len(charges(system)) == 1


async def test_orchestration_that_is_stopped_under_load_runs_nothing_twice(
    system: System, temporal_client: Client, unique: str
) -> None:
    """Two workers are stopped in the middle of many orders while a third takes over."""
    orders = [a_small_order(order_id=f"{unique}-{number}") for number in range(15)]
    second = await system.start_process("orchestration")
    starting = asyncio.create_task(_start_steadily(system, [order.order_id for order in orders]))
    async with asyncio.timeout(30):
        while len(charges(system)) < 3:
            await asyncio.sleep(0.02)
    system.orchestration.process.terminate()
    await out_in_time(system.orchestration)
    await system.start_process("orchestration")
    second.process.terminate()
    await out_in_time(second)
    await starting
    ends = await asyncio.gather(*(system.gateway.wait_for_end(order.order_id) for order in orders))
    assert {end.status for end in ends} == {OrderStatus.SHIPPED}
    assert len(charges(system)) == len(orders)
    workflow_ids = (names.order_workflow_id, names.shipping_workflow_id)
    ids = [[workflow_id(order.order_id) for workflow_id in workflow_ids] for order in orders]
    tried = await asyncio.gather(*(attempts(temporal_client, *each) for each in ids))
    assert [each for each in tried if set(each) != {1}] == []


async def _start_steadily(system: System, order_ids: list[str]) -> None:
    for order_id in order_ids:
        await system.gateway.start(a_small_order(order_id=order_id))
        await asyncio.sleep(0.2)


async def test_ctrl_c_is_a_stop_like_any_other(system: System) -> None:
    """SIGINT has the same effect as SIGTERM."""
    for process in (system.bot, system.orchestration):
        process.process.send_signal(signal.SIGINT)
        await out_in_time(process)
