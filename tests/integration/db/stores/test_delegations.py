"""A person has one delegation at a time; ended ones are kept, and found for a moment in the past."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from db.pool import Pool
from db.stores.delegations import PostgresDelegationStore
from orchestration.domain.approval.delegations import DelegationGrant
from orchestration.domain.errors import DelegationRefused

ALICE, BOB, CAROL, DAVE = "U0ALICE01", "U0BOB0001", "U0CAROL01", "U0DAVE001"
DAY = timedelta(days=1)


@pytest.fixture
def delegations(pool: Pool) -> PostgresDelegationStore:
    return PostgresDelegationStore(pool)


def granted(person: str, delegate: str, **fields: Any) -> DelegationGrant:
    """For all groups, for three days, since an hour ago."""
    since = datetime.now(UTC) - timedelta(hours=1)
    base = {"since": since, "until": since + 3 * DAY, "created_by": f"slack_user:{person}"}
    new = {"delegation_id": f"{person}-{delegate}", "person": person, "delegate": delegate}
    return DelegationGrant.model_validate(new | base | fields)


async def test_it_holds_from_its_beginning_until_just_before_its_end(
    delegations: PostgresDelegationStore,
) -> None:
    """And is found from both sides, equal to what was stored."""
    new = granted(ALICE, BOB, group="finance")
    await delegations.grant(new)
    for at in (new.since, new.until - timedelta(microseconds=1)):
        assert await delegations.active_for(BOB, at) == (new,)
        assert await delegations.active_of(ALICE, at) == (new,)
        assert await delegations.all_active(at) == (new,)
    for at in (new.since - timedelta(microseconds=1), new.until):
        assert await delegations.active_for(BOB, at) == ()
        assert await delegations.active_of(ALICE, at) == ()
        assert await delegations.all_active(at) == ()
    assert await delegations.active_for(ALICE, new.since) == ()
    assert await delegations.active_of(BOB, new.since) == ()


async def test_a_second_one_for_the_same_group_replaces_the_first(
    delegations: PostgresDelegationStore, pool: Pool
) -> None:
    """At the same moment, so that neither none nor both hold; those for other groups stay."""
    finance = granted(ALICE, BOB, delegation_id="1", group="finance")
    everything = granted(ALICE, BOB, delegation_id="2")
    newer = granted(ALICE, CAROL, delegation_id="3", group="finance", since=finance.since + DAY / 2)
    for each in (finance, everything, newer):
        await delegations.grant(each)
    before = newer.since - timedelta(microseconds=1)
    assert {each.delegation_id for each in await delegations.active_of(ALICE, before)} == {"1", "2"}
    assert {each.delegation_id for each in await delegations.active_of(ALICE, newer.since)} == {"2", "3"}
    row = await pool.fetchrow("SELECT revoked_at, revoked_by FROM delegations WHERE delegation_id = '1'")
    assert row is not None
    assert tuple(row) == (newer.since, newer.created_by)


async def test_one_that_was_asked_for_by_a_slower_clock_replaces_all_the_same(
    delegations: PostgresDelegationStore,
) -> None:
    """The former never held, then."""
    first = granted(ALICE, BOB, delegation_id="1")
    late = granted(ALICE, CAROL, delegation_id="2", since=first.since - timedelta(seconds=2))
    await delegations.grant(first)
    await delegations.grant(late)
    assert await delegations.active_of(ALICE, first.since) == (late,)


async def test_what_is_refused_is_not_stored(delegations: PostgresDelegationStore) -> None:
    """The sentence comes with the error."""
    await delegations.grant(granted(BOB, CAROL))
    for new, said in (
        (granted(ALICE, ALICE), "themselves"),
        (granted(ALICE, BOB), "is away too"),
        (granted(CAROL, BOB), "circle"),
        (granted(CAROL, DAVE), f"{CAROL} decides for {BOB}"),
    ):
        with pytest.raises(DelegationRefused, match=said):
            await delegations.grant(new)
    assert len(await delegations.all_active(datetime.now(UTC))) == 1


async def test_one_that_is_over_or_was_revoked_stands_in_nobodys_way(
    delegations: PostgresDelegationStore,
) -> None:
    """Neither makes a chain any more."""
    now = datetime.now(UTC)
    await delegations.grant(granted(BOB, CAROL, since=now - 2 * DAY, until=now - DAY))
    await delegations.grant(granted(BOB, DAVE))
    assert await delegations.revoke(BOB, None, "operator:ana") == 1
    await delegations.grant(granted(ALICE, BOB))


async def test_revoking(delegations: PostgresDelegationStore, pool: Pool) -> None:
    """One group or all; at once, counted, only one's own, and only what still holds."""
    past = granted(ALICE, DAVE, delegation_id="0", group="legal", since=datetime.now(UTC) - 4 * DAY)
    past = past.model_copy(update={"until": past.since + DAY})
    finance = granted(ALICE, BOB, delegation_id="1", group="finance")
    for each in (past, finance, granted(ALICE, BOB, delegation_id="2"), granted(DAVE, BOB)):
        await delegations.grant(each)
    assert await delegations.revoke(ALICE, "ops", "operator:ana") == 0
    assert await delegations.revoke(ALICE, "finance", "operator:ana") == 1
    assert await delegations.revoke(ALICE, None, "slack_user:U0ALICE01") == 1
    assert await delegations.revoke(ALICE, None, "slack_user:U0ALICE01") == 0
    now = datetime.now(UTC)
    assert [each.person for each in await delegations.active_for(BOB, now)] == [DAVE]
    # What was clicked before stays what it was.
    assert len(await delegations.active_for(BOB, finance.since + DAY / 100)) == 3
    rows = await pool.fetch(
        "SELECT revoked_by FROM delegations WHERE person = $1 ORDER BY delegation_id", ALICE
    )
    assert [row[0] for row in rows] == [None, "operator:ana", "slack_user:U0ALICE01"]


@pytest.mark.parametrize("_round", range(3))
async def test_two_at_once_cannot_make_a_circle_or_a_chain(
    delegations: PostgresDelegationStore, _round: int
) -> None:
    """One is stored, the others find it there; a second of the same person takes the place of the first."""
    ring = [ALICE, BOB, CAROL, DAVE]
    pairs = [*zip(ring, ring[1:] + ring[:1], strict=True), (BOB, ALICE), (DAVE, CAROL)]
    outcomes = await asyncio.gather(
        *(delegations.grant(granted(*pair)) for pair in pairs), return_exceptions=True
    )
    assert all(each is None or isinstance(each, DelegationRefused) for each in outcomes)
    stored = await delegations.all_active(datetime.now(UTC))
    accepted = [pair for pair, outcome in zip(pairs, outcomes, strict=True) if outcome is None]
    assert sorted(each.person for each in stored) == sorted({person for person, _ in accepted})
    assert stored
    assert not {each.person for each in stored} & {each.delegate for each in stored}


async def test_the_same_one_granted_at_once_several_times_holds_once(
    delegations: PostgresDelegationStore,
) -> None:
    """An envelope that was delivered more than once."""
    await asyncio.gather(*(delegations.grant(granted(ALICE, BOB, delegation_id=str(n))) for n in range(5)))
    assert len(await delegations.all_active(datetime.now(UTC))) == 1


CHANGES = [
    "UPDATE delegations SET until = until + interval '1 day'",
    "UPDATE delegations SET delegate = 'U0EVE0001'",
    "UPDATE delegations SET revoked_at = clock_timestamp(), revoked_by = 'x', policy_group = NULL",
    "UPDATE delegations SET revoked_at = NULL, revoked_by = NULL",
    "UPDATE delegations SET revoked_by = 'somebody else'",
    "UPDATE delegations SET revoked_at = clock_timestamp() WHERE revoked_at IS NOT NULL",
    "DELETE FROM delegations",
    "DELETE FROM delegations WHERE false",
    "TRUNCATE delegations",
]


@pytest.mark.parametrize("role", ["origin", "replica"])
async def test_the_history_cannot_be_changed(
    delegations: PostgresDelegationStore, owner_pool: Pool, role: str
) -> None:
    """But for the end of one that has none; not by a superuser either, nor past the ordinary triggers."""
    await delegations.grant(granted(ALICE, BOB, delegation_id="1", group="ops"))
    await delegations.revoke(ALICE, None, "operator:ana")
    await delegations.grant(granted(ALICE, BOB, delegation_id="2", group="finance"))
    before = await owner_pool.fetch("SELECT * FROM delegations ORDER BY delegation_id")
    async with owner_pool.acquire() as connection:
        await connection.execute(f"SET session_replication_role = {role}")
        for change in CHANGES:
            with pytest.raises(asyncpg.InsufficientPrivilegeError, match="delegations is append-only"):
                await connection.execute(change)
    assert await owner_pool.fetch("SELECT * FROM delegations ORDER BY delegation_id") == before


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ("'U1', 'U1', now(), now() + interval '1 day', NULL, NULL", "not_to_oneself"),
        ("'U1', 'U2', now(), now(), NULL, NULL", "ends_within_a_year"),
        ("'U1', 'U2', now(), now() + interval '367 days', NULL, NULL", "ends_within_a_year"),
        ("'U1', 'U2', now(), now() + interval '1 day', now(), NULL", "revoked_is_whole"),
        (
            "'U1', 'U2', now(), now() + interval '1 day', now() - interval '1 s', 'x'",
            "revoked_after_it_began",
        ),
    ],
)
async def test_the_table_refuses_what_makes_no_sense(pool: Pool, values: str, constraint: str) -> None:
    """Also from whoever repairs it by hand."""
    columns = "delegation_id, created_by, person, delegate, since, until, revoked_at, revoked_by"
    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await pool.execute(f"INSERT INTO delegations ({columns}) VALUES ('d', 'x', {values})")  # noqa: S608 - ours
    assert refused.value.constraint_name == constraint
