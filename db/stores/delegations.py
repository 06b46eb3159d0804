"""Stores delegations. They are granted one at a time, so that two at once cannot form a circle."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

import asyncpg

from db.pool import ACQUIRE_TIMEOUT, Pool, transaction
from db.sql import query
from orchestration.domain.approval.delegations import DelegationGrant, refusal
from orchestration.domain.errors import DelegationRefused

if TYPE_CHECKING:
    from orchestration.ports.decisions import DelegationStore

_LOCK_DELEGATIONS = query("lock_delegations")
_UNENDED_DELEGATIONS = query("unended_delegations")
_GRANT_DELEGATION = query("grant_delegation")
_REPLACE_DELEGATION = query("replace_delegation")
_REVOKE_DELEGATIONS = query("revoke_delegations")
_DELEGATIONS_FOR_DELEGATE = query("delegations_for_delegate")
_DELEGATIONS_OF_PERSON = query("delegations_of_person")
_ALL_DELEGATIONS = query("all_delegations")


class PostgresDelegationStore:
    """Implements `orchestration.ports.decisions.DelegationStore`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def grant(self, new: DelegationGrant) -> None:
        """Store a delegation, in place of the person's active one for the same group, if there is one.

        Raises DelegationRefused, with a sentence.
        """
        async with transaction(self._pool) as connection:
            await connection.execute(_LOCK_DELEGATIONS)
            active = _granted(await connection.fetch(_UNENDED_DELEGATIONS, new.since))
            refused = refusal(new, active)
            if refused is not None:
                raise DelegationRefused(refused)
            for earlier in filter(new.replaces, active):
                await connection.execute(
                    _REPLACE_DELEGATION, earlier.delegation_id, new.since, new.created_by
                )
            await connection.execute(
                _GRANT_DELEGATION,
                new.delegation_id,
                new.person,
                new.delegate,
                new.group,
                new.since,
                new.until,
                new.created_by,
            )

    async def revoke(self, person: str, group: str | None, by: str) -> int:
        """End the active delegations of a person, or only those for one group, and return how many ended.

        `by` is who ends them, as in `DelegationGrant.created_by`.
        """
        async with self._pool.acquire(timeout=ACQUIRE_TIMEOUT) as connection:
            return len(await connection.fetch(_REVOKE_DELEGATIONS, person, group, by))

    async def active_for(self, delegate: str, at: datetime) -> tuple[DelegationGrant, ...]:
        """Return the delegations to this person that were active at that moment, oldest first."""
        return await self._active(_DELEGATIONS_FOR_DELEGATE, delegate, at)

    async def active_of(self, person: str, at: datetime) -> tuple[DelegationGrant, ...]:
        """Return the delegations of this person that were active at that moment, oldest first."""
        return await self._active(_DELEGATIONS_OF_PERSON, person, at)

    async def all_active(self, at: datetime) -> tuple[DelegationGrant, ...]:
        """Return every delegation that was active at that moment, oldest first."""
        return await self._active(_ALL_DELEGATIONS, at)

    async def _active(self, statement: str, *values: object) -> tuple[DelegationGrant, ...]:
        async with self._pool.acquire(timeout=ACQUIRE_TIMEOUT) as connection:
            return _granted(await connection.fetch(statement, *values))


def _granted(rows: Iterable[asyncpg.Record]) -> tuple[DelegationGrant, ...]:
    return tuple(DelegationGrant.model_validate(dict(row)) for row in rows)


if TYPE_CHECKING:

    def _implements(store: PostgresDelegationStore) -> DelegationStore:
        return store
