"""Running bots are counted by their heartbeats, by the clock of the database server."""

from datetime import timedelta

import pytest

from db.pool import Pool
from db.slack.bot_sessions import PostgresBotSessionStore
from orchestration.ports.slack_messages import BotSession

ONE = BotSession("1", "host-a:17", 1, "A1")
TWO = BotSession("2", "host-b:17", 2, "A1")


@pytest.fixture
def sessions(pool: Pool) -> PostgresBotSessionStore:
    return PostgresBotSessionStore(pool, timedelta(seconds=30))


async def test_a_bot_runs_from_its_first_beat_to_its_end(sessions: PostgresBotSessionStore) -> None:
    """A later beat changes what it said before."""
    await sessions.beat(ONE)
    await sessions.beat(TWO)
    changed = BotSession("1", "host-a:17", 3, "A1")
    await sessions.beat(changed)
    assert await sessions.live("A1") == (changed, TWO)
    await sessions.end("1")
    await sessions.end("1")
    assert await sessions.live("A1") == (TWO,)


async def test_a_silent_one_is_forgotten_by_the_beat_of_another(
    sessions: PostgresBotSessionStore, pool: Pool
) -> None:
    """And comes back with its next, as after a long pause."""
    await sessions.beat(ONE)
    await pool.execute("UPDATE bot_sessions SET seen_at = seen_at - interval '31 s'")
    assert await sessions.live("A1") == ()
    await sessions.beat(TWO)
    assert await pool.fetchval("SELECT count(*) FROM bot_sessions") == 1
    await sessions.beat(ONE)
    assert set(await sessions.live("A1")) == {ONE, TWO}


async def test_bots_of_another_app_do_not_count(sessions: PostgresBotSessionStore) -> None:
    """One that Slack has not greeted yet counts for every app: better too many than a false alarm."""
    new = BotSession("3", "host-c:17", 1, None)
    other = BotSession("4", "host-d:17", 1, "A2")
    for each in (ONE, new, other):
        await sessions.beat(each)
    assert await sessions.live("A1") == (ONE, new)
    assert await sessions.live(None) == (ONE, new, other)
