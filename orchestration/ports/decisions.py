"""Interfaces of the stores of decisions and delegations."""

from datetime import datetime
from typing import Protocol

from orchestration.domain.approval.delegations import DelegationGrant
from orchestration.domain.approval.verdict import JudgedDecision
from orchestration.domain.policy.approval_policy import Subject


class DecisionStore(Protocol):
    """For decisions that no workflow could judge any more, since the order's workflow has ended."""

    async def add(self, order_id: str, judged: JudgedDecision, subject: Subject = Subject.ORDER) -> None:
        """Store the decision and its event. The same decision again: nothing happens."""


class DelegationStore(Protocol):
    """Who decides for whom. Nothing is ever deleted: the rows are the history of all delegations."""

    async def grant(self, new: DelegationGrant) -> None:
        """Store a delegation, in place of the person's active one for the same group, if there is one.

        Raises DelegationRefused, with a sentence.
        """

    async def revoke(self, person: str, group: str | None, by: str) -> int:
        """End the active delegations of a person, or only those for one group, and return how many ended.

        `by` is who ends them, as in `Granted.created_by`.
        """

    async def active_for(self, delegate: str, at: datetime) -> tuple[DelegationGrant, ...]:
        """Return whom this person could decide for at that moment, oldest first."""

    async def active_of(self, person: str, at: datetime) -> tuple[DelegationGrant, ...]:
        """Return who could decide for this person at that moment, oldest first."""

    async def all_active(self, at: datetime) -> tuple[DelegationGrant, ...]:
        """Return every delegation that held at that moment, oldest first."""
