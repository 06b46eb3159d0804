"""The look-up of delegations at a click: its cache, its time limit and its failures."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from bot.users.delegations import DelegationLookup
from bot.users.user_info import UserInfo
from orchestration.domain.actor import Account, Delegation
from orchestration.domain.approval.delegations import DelegationGrant

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
MEMBERS = {"S0FINANCE": {"U0ALICE01"}, "S0OPS": {"U0ALICE01", "U0CAROL01"}}


class Store:
    """Only what a click asks; `trouble` is raised, or as many seconds are waited."""

    def __init__(self, *granted: DelegationGrant, trouble: Exception | float = 0.0) -> None:
        self.granted, self.trouble = granted, trouble
        self.asked: list[tuple[str, datetime]] = []

    async def active_for(self, delegate: str, at: datetime) -> tuple[DelegationGrant, ...]:
        self.asked.append((delegate, at))
        if isinstance(self.trouble, Exception):
            raise self.trouble
        await asyncio.sleep(self.trouble)
        return self.granted


class Groups:
    """Stands in for the look-up of user groups, and counts."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def groups_of(self, user: str, groups: Sequence[str]) -> tuple[str, ...]:
        self.asked.append(user)
        return tuple(group for group in groups if user in MEMBERS[group])


class People:
    """Stands in for the look-up of accounts: everybody is a member, but who has left."""

    async def user_info(self, user: str) -> UserInfo:
        return UserInfo(Account.DEACTIVATED if user == "U0LEFT001" else Account.MEMBER)


def granted(person: str, group: str | None = None) -> DelegationGrant:
    return DelegationGrant(
        delegation_id=f"{person}-{group}",
        person=person,
        delegate="U0BOB0001",
        group=group,
        since=NOW,
        until=NOW + timedelta(days=1),
        created_by=f"slack_user:{person}",
    )


async def look_up(
    store: Store, groups: Groups, named: Sequence[str] = ("S0FINANCE",)
) -> tuple[Delegation, ...]:
    lookup = DelegationLookup(store, groups, People(), time_limit=0.05)  # type: ignore[arg-type]  # parts of both
    return await lookup.delegations_of("U0BOB0001", named, NOW)


async def test_each_comes_with_the_groups_of_whoever_is_away() -> None:
    """Among those that the button names; at the time of the click; each person is looked up once."""
    store = Store(granted("U0ALICE01", "finance"), granted("U0ALICE01", "ops"), granted("U0CAROL01"))
    groups, member = Groups(), Account.MEMBER
    assert await look_up(store, groups) == (
        Delegation(person="U0ALICE01", groups=("S0FINANCE",), group="finance", account=member),
        Delegation(person="U0ALICE01", groups=("S0FINANCE",), group="ops", account=member),
        Delegation(person="U0CAROL01", groups=(), group=None, account=member),
    )
    assert store.asked == [("U0BOB0001", NOW)]
    assert sorted(groups.asked) == ["U0ALICE01", "U0CAROL01"]


async def test_each_comes_with_what_the_account_of_whoever_is_away_is() -> None:
    """They may have left since."""
    (found,) = await look_up(Store(granted("U0LEFT001")), Groups())
    assert found.account is Account.DEACTIVATED


@pytest.mark.parametrize("trouble", [OSError("connection refused"), RuntimeError("pool is closing"), 30.0])
async def test_a_store_that_fails_or_takes_too_long_counts_as_none(trouble: Exception | float) -> None:
    """With a warning that names the clicker."""
    with capture_logs() as logs:
        assert await look_up(Store(granted("U0ALICE01"), trouble=trouble), Groups()) == ()
    [line] = logs
    assert (line["log_level"], line["delegate"]) == ("warning", "U0BOB0001")


async def test_without_delegations_nothing_more_is_asked() -> None:
    """The usual case costs Slack nothing."""
    groups = Groups()
    assert await look_up(Store(), groups) == ()
    assert groups.asked == []
