"""The approval policy: which tier an order falls under, and what that tier asks for."""

from datetime import timedelta
from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from orchestration.domain.currency import to_major
from orchestration.domain.order import ActorId, Order


class Requirement(BaseModel):
    """How many people of a group must say yes. Members are Slack user ids and Slack user group ids."""

    model_config = ConfigDict(frozen=True)

    group: str
    members: tuple[ActorId, ...]
    count: int = 1

    def met_by(self, user_id: str, groups: tuple[str, ...]) -> bool:
        """Whether this person, who is in these user groups, belongs to the group."""
        return user_id in self.members or not set(groups).isdisjoint(self.members)


class Tier(BaseModel):
    """The part of the policy that an order falls under. Recorded in the workflow's history."""

    model_config = ConfigDict(frozen=True)

    name: str
    requirement: Requirement
    expires_after: timedelta


class ApprovalPolicy(BaseModel):
    """One tier: from `threshold` (major units, in any currency) up, one of `approvers` must say yes."""

    model_config = ConfigDict(frozen=True)

    threshold: Decimal
    approvers: tuple[ActorId, ...]
    expires_after: timedelta

    def tier_for(self, order: Order) -> Tier | None:
        """Return the order's tier; None if nobody needs to be asked."""
        if to_major(order.amount, order.currency) < self.threshold:
            return None
        return Tier(
            name=f"{self.threshold.normalize():f} and more",
            requirement=Requirement(group="approvers", members=self.approvers),
            expires_after=self.expires_after,
        )
