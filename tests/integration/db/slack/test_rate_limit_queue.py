"""The rate-limit queue serves calls in order, one interval apart, and skips callers that are gone."""

import asyncio
from datetime import timedelta
from itertools import pairwise

import pytest

from db.pool import Pool
from db.slack.rate_limit_queue import (
    CALM_PERIOD,
    FAST_SPEED_UP,
    GRACE,
    HORIZON,
    INITIAL_INTERVAL,
    LONGEST_INTERVAL,
    LONGEST_POLL,
    SLOW_DOWN,
    SPEED_UP,
    PostgresRateLimitQueue,
)
from db.stores.order_reader import PostgresOrderReader
from orchestration.ports.rate_limit_queue import Priority, QueuedCall
from tests.slack.clock import let_time_pass

BUCKET = "chat.postMessage C1"


@pytest.fixture
def queue(pool: Pool) -> PostgresRateLimitQueue:
    return PostgresRateLimitQueue(pool)


def turn(order_id: str, priority: Priority = Priority.CARD, bucket: str = BUCKET) -> QueuedCall:
    """The order's card."""
    return QueuedCall(bucket, f"{order_id}:card", order_id, priority)


async def interval(pool: Pool) -> float:
    """Seconds between two calls of the bucket."""
    return float(
        await pool.fetchval("SELECT interval_seconds FROM slack_rate_limits WHERE bucket = $1", BUCKET)
    )


async def slow(pool: Pool, seconds: float) -> None:
    """As if Slack had been found to take a call in so many seconds."""
    await pool.execute(
        "UPDATE slack_rate_limits"
        " SET interval_seconds = $1, next_free_at = next_free_at + make_interval(secs => $1)",
        seconds,
    )


async def test_a_bucket_is_busy_from_a_refusal_until_nobody_waits(
    queue: PostgresRateLimitQueue, pool: Pool
) -> None:
    """Other buckets are not; and every bot sees the same."""
    assert await queue.busy() == frozenset()
    place = await queue.report_refusal(turn("a"), 3)
    assert place.wait is not None
    assert timedelta(seconds=2.9) < place.wait <= timedelta(seconds=3)
    assert await PostgresRateLimitQueue(pool).busy() == {BUCKET}
    await let_time_pass(pool, 3)
    assert (await queue.poll(turn("a"))).wait is None
    assert await queue.busy() == {BUCKET}
    await queue.remove(turn("a"))
    assert await queue.busy() == frozenset()


async def test_everybody_is_told_how_many_are_ahead(
    queue: PostgresRateLimitQueue, reader: PostgresOrderReader, pool: Pool
) -> None:
    """And comes back when most of the wait is over; the status reads the same number."""
    await queue.report_refusal(turn("first"), 1)
    await slow(pool, 10)
    places = [await queue.poll(turn(f"ord-{n}")) for n in range(1, 51)]
    assert [place.ahead for place in places] == list(range(1, 51))
    waits = [place.wait.total_seconds() for place in places if place.wait is not None]
    assert waits[1:] == sorted(waits[1:])
    assert 300 * 2 / 3 < waits[-1] < 520 * 2 / 3
    assert await reader.card_queue_position("ord-50") == 50
    assert await reader.card_queue_position("first") == 0
    assert await reader.card_queue_position("unknown") is None


async def test_no_wait_is_longer_than_the_longest(queue: PostgresRateLimitQueue, pool: Pool) -> None:
    """However long the queue, everybody is heard of before they count as gone."""
    await queue.report_refusal(turn("first"), 1)
    await slow(pool, 20.0)
    waits = [(await queue.poll(turn(f"ord-{n}"))).wait for n in range(30)]
    assert waits[-1] == LONGEST_POLL


async def test_the_more_urgent_goes_first_and_among_equals_who_asked_first(
    queue: PostgresRateLimitQueue, pool: Pool, reader: PostgresOrderReader
) -> None:
    """Asking again costs nobody their place."""
    await queue.report_refusal(turn("now"), 1)
    await slow(pool, 10)
    asked = [
        ("talk", Priority.NOTIFICATION),
        ("paid", Priority.PROGRESS),
        ("b", Priority.CARD),
        ("c", Priority.CARD),
    ]
    for order_id, priority in [*asked, asked[0], asked[2]]:
        await queue.poll(turn(order_id, priority))
    ahead = {order_id: await reader.card_queue_position(order_id) for order_id, _ in asked}
    assert ahead == {"b": 1, "c": 2, "paid": 3, "talk": 4}


async def test_who_is_gone_blocks_nobody_and_keeps_their_place_for_a_while(
    queue: PostgresRateLimitQueue, pool: Pool
) -> None:
    """A workflow that was terminated does not ask again; one whose bot was away does, late."""
    await queue.report_refusal(turn("now"), 1)
    await slow(pool, 10)
    for n in range(20):
        await queue.poll(turn(f"gone-{n:02}"))
    assert (await queue.poll(turn("alive"))).ahead == 21
    late = GRACE + LONGEST_POLL
    await pool.execute(
        "UPDATE slack_queue SET next_poll_at = next_poll_at - $1::interval WHERE key <> 'alive:card'", late
    )
    assert (await queue.poll(turn("alive"))).ahead == 0
    assert (await queue.poll(turn("gone-00"))).ahead == 0
    await pool.execute(
        "UPDATE slack_queue SET next_poll_at = next_poll_at - interval '1 day' WHERE key LIKE 'gone%'"
    )
    await queue.busy()
    assert await pool.fetchval("SELECT count(*) FROM slack_queue WHERE key LIKE 'gone%'") == 0


async def test_moments_are_an_interval_apart_whoever_asks(queue: PostgresRateLimitQueue, pool: Pool) -> None:
    """Two bots at once: nobody is given the moment of another, and no more than the horizon holds."""
    await queue.report_refusal(turn("now"), 1)
    await slow(pool, 0.5)
    bots = [queue, PostgresRateLimitQueue(pool)]
    await asyncio.gather(*(bots[n % 2].poll(turn(f"ord-{n}")) for n in range(20)))
    rows = await pool.fetch(
        "SELECT scheduled_at FROM slack_queue WHERE scheduled_at IS NOT NULL ORDER BY scheduled_at"
    )
    moments = [row["scheduled_at"] for row in rows]
    apart = [(later - sooner).total_seconds() for sooner, later in pairwise(moments)]
    # The first was given its moment before the interval was set.
    assert apart[1:] == pytest.approx([0.5] * len(apart[1:]))
    assert 3 <= len(moments) <= HORIZON.total_seconds() / 0.5 + 2


async def test_a_bucket_that_is_closed_again_keeps_the_order_of_moments(
    queue: PostgresRateLimitQueue, pool: Pool
) -> None:
    """All are later by as much as it stays closed."""
    await queue.report_refusal(turn("a"), 1)
    before = [await queue.poll(turn(each)) for each in ("a", "b", "c")]
    await queue.report_refusal(turn("z"), 9)
    after = [await queue.poll(turn(each)) for each in ("a", "b", "c")]
    for sooner, later in zip(before, after, strict=True):
        assert sooner.wait is not None
        assert later.wait is not None
        assert 7.5 < (later.wait - sooner.wait).total_seconds() < 8.2


async def test_a_storm_of_refusals_is_over_when_it_is_over(queue: PostgresRateLimitQueue, pool: Pool) -> None:
    """However many there are, the calls that wait go at a rate that Slack surely takes."""
    for _ in range(20):
        await queue.report_refusal(turn("first"), 1)
        await pool.execute(
            "UPDATE slack_rate_limits SET blocked_until = now() - interval '1 second', next_free_at = now()"
        )
    assert await interval(pool) == LONGEST_INTERVAL == 3
    await pool.execute("UPDATE slack_rate_limits SET blocked_until = now() - $1::interval", CALM_PERIOD)
    for _ in range(10):
        await queue.remove(turn("first"))
    assert await interval(pool) == pytest.approx(LONGEST_INTERVAL * FAST_SPEED_UP**10)


async def test_the_interval_is_learned(queue: PostgresRateLimitQueue, pool: Pool) -> None:
    """A refusal widens it, once for all calls under way together; a call that is taken narrows it."""
    await asyncio.gather(*(queue.report_refusal(turn(f"ord-{n}"), 2) for n in range(8)))
    assert await interval(pool) == pytest.approx(INITIAL_INTERVAL * SLOW_DOWN)
    await queue.remove(turn("ord-0"))
    assert await interval(pool) == pytest.approx(INITIAL_INTERVAL * SLOW_DOWN * SPEED_UP)
