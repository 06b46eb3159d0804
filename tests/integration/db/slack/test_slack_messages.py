"""At most one process posts a message at a time, and the first place stored for it is kept."""

import asyncio

import pytest

from db.pool import Pool
from db.slack.slack_messages import PostgresMessageStore
from db.stores.order_reader import PostgresOrderReader
from orchestration.domain.fields import MessageRef

KEY = "card:A-1"
HERE = MessageRef(channel="C1", ts="1700000000.000100")
ELSEWHERE = MessageRef(channel="C1", ts="1700000009.000900")


async def begin(messages: PostgresMessageStore) -> bool:
    return (await messages.begin(KEY, "A-1", "card", "#approvals"))[1]


async def test_of_many_that_begin_at_once_one_may_post(messages: PostgresMessageStore) -> None:
    """All of them see the same intent."""
    begun = await asyncio.gather(*(messages.begin(KEY, "A-1", "card", "#approvals") for _ in range(8)))
    assert sorted(first for _, first in begun) == [False] * 7 + [True]
    assert len({message for message, _ in begun}) == 1
    message = begun[0][0]
    assert (message.key, message.order_id, message.channel) == (KEY, "A-1", "#approvals")
    assert (message.posted, message.attempts) == (None, 1)
    assert message.first_attempt_at.tzinfo is not None


async def test_of_many_that_retry_at_once_one_may_post(messages: PostgresMessageStore) -> None:
    """It counts as an attempt, and the clock starts anew."""
    await begin(messages)
    first = (await messages.begin(KEY, "A-1", "card", "#approvals"))[0]
    assert sorted(await asyncio.gather(*(messages.retry(KEY, 1) for _ in range(8)))) == [False] * 7 + [True]
    second = (await messages.begin(KEY, "A-1", "card", "#approvals"))[0]
    assert second.attempts == 2
    assert second.attempted_at > first.attempted_at
    assert second.first_attempt_at == first.first_attempt_at
    assert not await messages.retry(KEY, 1)
    assert not await messages.retry("unknown", 1)


async def test_the_first_place_stored_wins(
    messages: PostgresMessageStore, reader: PostgresOrderReader
) -> None:
    """Everybody is told the same place, and the audit log has one event, of the winner."""
    await begin(messages)
    answers = await asyncio.gather(*(messages.posted(KEY, ref) for ref in [HERE, ELSEWHERE] * 4))
    assert len(set(answers)) == 1
    assert await messages.posted(KEY, ELSEWHERE) == answers[0]
    message, first = await messages.begin(KEY, "A-1", "card", "#approvals")
    assert (message.posted, first) == (answers[0], False)
    (event,) = await reader.history("A-1")
    assert event.type == "message.posted"
    assert event.detail == {"key": KEY, "purpose": "card", **answers[0].model_dump()}


async def test_nothing_is_posted_again_once_its_place_is_known(messages: PostgresMessageStore) -> None:
    """A retry that read the row before is refused."""
    await begin(messages)
    await messages.posted(KEY, HERE)
    assert not await messages.retry(KEY, 1)


async def test_a_message_that_was_deleted_is_posted_anew_by_one(
    messages: PostgresMessageStore, reader: PostgresOrderReader
) -> None:
    """Whoever begins first may post at once; a late report of the same deletion changes nothing."""
    await begin(messages)
    await messages.posted(KEY, HERE)
    await asyncio.gather(*(messages.replaced(KEY, HERE) for _ in range(4)))
    assert sorted(await asyncio.gather(*(begin(messages) for _ in range(4)))) == [False] * 3 + [True]
    await messages.posted(KEY, ELSEWHERE)
    await messages.replaced(KEY, HERE)
    assert (await messages.begin(KEY, "A-1", "card", "#approvals"))[0].posted == ELSEWHERE
    assert [event.type for event in await reader.history("A-1")] == ["message.posted"] * 2


async def test_age_is_by_the_clock_of_the_database(messages: PostgresMessageStore, pool: Pool) -> None:
    """Seconds since the last attempt."""
    await begin(messages)
    assert 0 <= await messages.age_seconds(KEY) < 5
    await pool.execute("UPDATE slack_messages SET attempted_at = attempted_at - interval '90.5 s'")
    assert 90.5 <= await messages.age_seconds(KEY) < 96


async def test_a_key_that_was_never_begun(messages: PostgresMessageStore) -> None:
    """Says so; to forget it is no error."""
    await messages.replaced(KEY, HERE)
    with pytest.raises(LookupError, match=KEY):
        await messages.posted(KEY, HERE)
    with pytest.raises(LookupError, match=KEY):
        await messages.age_seconds(KEY)
