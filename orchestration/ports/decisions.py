"""Interfaces of the stores of decisions and delegations."""

from datetime import datetime
from typing import Protocol

from orchestration.domain.approval.delegations import DelegationGrant
from orchestration.domain.approval.verdict import JudgedDecision
from orchestration.domain.policy.approval_policy import Subject


class DecisionStore(Protocol):
    """Stores decisions that came after the order's workflow had ended, which no workflow can judge."""

    async def add(self, order_id: str, judged: JudgedDecision, subject: Subject = Subject.ORDER) -> None:
        """Store the decision and its event. The same decision again: nothing happens."""


class DelegationStore(Protocol):
    """Stores delegations. Rows are never deleted: they are the history of all delegations."""

    async def grant(self, new: DelegationGrant) -> None:
        """Store a delegation, in place of the person's active one for the same group, if there is one.

        Raises DelegationRefused, with a sentence.
        """

    async def revoke(self, person: str, group: str | None, by: str) -> int:
        """End the active delegations of a person, or only those for one group, and return how many ended.

        `by` is who ends them, as in `DelegationGrant.created_by`.
        """

    async def active_for(self, delegate: str, at: datetime) -> tuple[DelegationGrant, ...]:
        """Return the delegations to this person that are valid at that moment, oldest first."""

    async def active_of(self, person: str, at: datetime) -> tuple[DelegationGrant, ...]:
        """Return the delegations by this person that are valid at that moment, oldest first."""

    async def all_active(self, at: datetime) -> tuple[DelegationGrant, ...]:
        """Return every delegation that is valid at that moment, oldest first."""
