"""Builds the approval policy of the domain from a policy file that has been checked.

`activities.tier_lookup` selects a tier of it for an order, which the workflow's history then has.
"""

from datetime import datetime, timedelta

from orchestration.domain.policy.approval_policy import ApprovalPolicy, PolicyTier, Selector, Subject
from orchestration.domain.policy.tier import Escalation, Group, Reminders, Requirement, Tier
from orchestration.domain.policy.working_hours import WorkingHours, offsets_of
from orchestration.domain.written_times.durations import DAY, Duration
from orchestration.policy_file.schema import DAYS, EscalationTable, HoursTable, PolicyTable, TierTable

SUBJECTS = {"tiers": Subject.ORDER, "refund-tiers": Subject.REFUND}


def build(file: PolicyTable, now: datetime) -> ApprovalPolicy:
    """Build the policy. The offsets of time zones are looked up from `now` on."""
    hours = {name: _hours(name, table, now) for name, table in file.hours.items()}
    return ApprovalPolicy(
        tiers=tuple(
            PolicyTier(
                name=tier.name,
                selector=_selector(tier, SUBJECTS[key]),
                tier=None if tier.automatic else _tier(file, tier, hours),
            )
            for key, tiers in file.lists()
            for tier in tiers
        )
    )


def group_of(file: PolicyTable, name: str) -> Group:
    """Return a group with each member once. KeyError: there is no such group."""
    return Group(group=name, members=tuple(dict.fromkeys(file.groups[name])))


def requirements_of(file: PolicyTable, tier: TierTable) -> tuple[Requirement, ...]:
    """Return the tier's requirements. KeyError: a group is unknown."""
    return tuple(
        Requirement(group=name, members=group_of(file, name).members, count=count)
        for name, count in (tier.needs or {}).items()
    )


def day_of(file: PolicyTable, tier: TierTable) -> timedelta:
    """Return how long a ``d`` is in this tier."""
    if tier.clock_stops_outside_hours and tier.hours in file.hours:
        return working_day(file.hours[tier.hours])
    return DAY


def working_day(table: HoursTable) -> timedelta:
    """Return how long the hours are open on a day."""
    return timedelta(minutes=table.closes - table.opens)


def reminders_of(file: PolicyTable, tier: TierTable) -> Reminders | None:
    """Return the reminders with their spans worked out."""
    if tier.reminders is None:
        return None
    day = day_of(file, tier)
    after = tier.reminders.after.total(day)
    longest = tier.reminders.at_most
    return Reminders(
        after=after,
        growing=tier.reminders.growing,
        at_most=max(day, after) if longest is None else longest.total(day),
        times=tier.reminders.times,
    )


def _selector(tier: TierTable, subject: Subject) -> Selector:
    return Selector(
        subject=subject,
        currencies=tuple(dict.fromkeys(tier.currencies)),
        at_least=tier.at_least,
        below=tier.below,
        customers=tier.customers,
        tags=tier.tags,
    )


def _tier(file: PolicyTable, tier: TierTable, hours: dict[str, WorkingHours]) -> Tier:
    requirements = requirements_of(file, tier)
    expiry = tier.expires_after
    return Tier(
        name=tier.name,
        requirements=requirements,
        cancel_count=tier.cancel_needs,
        requester_may_approve=tier.requester_may_approve,
        bars_previous_approvers=tier.bar_previous_approvers,
        barred=tuple(group_of(file, name) for name in tier.barred),
        override=tier.override,
        operators=tuple(dict.fromkeys(file.operators.slack)),
        hours=None if tier.hours is None else hours[tier.hours],
        clock_stops_outside_hours=tier.clock_stops_outside_hours,
        information_stops_clock=tier.information_stops_clock,
        reminders=reminders_of(file, tier),
        escalations=tuple(_escalation(file, tier, each) for each in tier.escalations),
        expires_after=expiry.total(day_of(file, tier)) if isinstance(expiry, Duration) else None,
        expires_at=tier.expires_at,
        expires_as=tier.expires_as,
    )


def _escalation(file: PolicyTable, tier: TierTable, table: EscalationTable) -> Escalation:
    return Escalation(
        after=table.after.total(day_of(file, tier)) if isinstance(table.after, Duration) else None,
        groups=tuple(group_of(file, name) for name in dict.fromkeys(table.ask)),
        channels=tuple(dict.fromkeys(table.channels)),
        counts_for=tuple(tier.needs or ()) if table.counts_for is None else table.counts_for,
    )


def _hours(name: str, table: HoursTable, now: datetime) -> WorkingHours:
    return WorkingHours(
        name=name,
        zone=table.time_zone,
        days=tuple(sorted(DAYS.index(day) for day in table.days)),
        opens=table.opens,
        closes=table.closes,
        holidays=tuple(sorted(set(table.holidays))),
        offsets=offsets_of(table.time_zone, now),
    )
