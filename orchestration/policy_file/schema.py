"""The schema of the policy file: which settings each table may have. `checks/` has the other rules."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from orchestration.domain.fields import Name
from orchestration.domain.policy.tier import ExpiryStatus, Override
from orchestration.policy_file.values import (
    Amount,
    ChannelId,
    Count,
    DurationOrNever,
    DurationOrReminders,
    Factor,
    Label,
    Many,
    Member,
    Minute,
    MinuteOfDay,
    Pattern,
    PositiveDuration,
    Some,
    UserId,
)

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class _Table(BaseModel):
    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=lambda name: name.replace("_", "-"),
        populate_by_name=False,
    )


class OperatorsTable(_Table):
    """``[operators]``."""

    slack: Many[UserId] = ()


class HoursTable(_Table):
    """``[hours.NAME]``. Times in minutes after midnight."""

    time_zone: str
    days: Some[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]]
    opens: Minute = Field(alias="from")
    closes: Minute = Field(alias="to")
    holidays: Many[Annotated[date, Field(strict=True)]] = ()


class RemindersTable(_Table):
    """``reminders = {...}`` of a tier."""

    after: PositiveDuration
    growing: Factor = 2.0
    at_most: PositiveDuration | None = None
    times: Annotated[int, Field(strict=True, ge=1, le=1000)] = 3


class EscalationTable(_Table):
    """``[[tiers.escalations]]``."""

    after: DurationOrReminders
    ask: Some[str]
    channels: Many[ChannelId] = ()
    counts_for: Some[str] | None = None


class TierTable(_Table):
    """``[[tiers]]`` and ``[[refund-tiers]]``."""

    name: Annotated[Name, Field(max_length=60)]
    currencies: Some[str]
    at_least: Amount = Field(Decimal(0), alias="from")
    below: Amount | None = None
    customers: Some[Pattern] = ()
    tags: Some[Pattern] = ()
    automatic: StrictBool = False
    needs: dict[str, Count] | None = None
    cancel_needs: Count = 1
    requester_may_approve: StrictBool = False
    bar_previous_approvers: StrictBool = False
    barred: Many[str] = ()
    override: Override = Override.ALLOWED
    hours: str | None = None
    clock_stops_outside_hours: StrictBool = False
    information_stops_clock: StrictBool = False
    reminders: RemindersTable | None = None
    expires_after: DurationOrNever | None = None
    expires_at: MinuteOfDay | None = None
    expires_as: ExpiryStatus = ExpiryStatus.EXPIRED
    escalations: Many[EscalationTable] = ()

    @property
    def is_restricted(self) -> bool:
        """Whether the tier is for certain customers or tags only."""
        return bool(self.customers or self.tags)


class PolicyTable(_Table):
    """The whole file."""

    groups: dict[Label, Many[Member]] = {}
    operators: OperatorsTable = OperatorsTable()
    hours: dict[Label, HoursTable] = {}
    tiers: Many[TierTable] = ()
    refund_tiers: Many[TierTable] = ()

    def lists(self) -> tuple[tuple[str, tuple[TierTable, ...]], ...]:
        """Both lists of tiers, by their names in the file."""
        return ("tiers", self.tiers), ("refund-tiers", self.refund_tiers)
