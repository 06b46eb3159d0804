"""The answer of `policy explain` as fields for people."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import assert_never

from orchestration.cli.commands.policy.explanation import Explanation, amount_range
from orchestration.cli.output.times import local_time
from orchestration.domain.currency import format_amount
from orchestration.domain.policy.deadlines import deadline_of, escalation_at, first_reminder
from orchestration.domain.policy.tier import Group, Override, Reminders, Tier
from orchestration.domain.written_times.durations import DAY, format_duration
from orchestration.policy_file.findings import join_names

Fields = Iterator[tuple[str, str | None]]


def explanation_fields(explanation: Explanation) -> list[tuple[str, str | None]]:
    """Return names and values: first which tier applies and why, then what it does."""
    return [
        *_why_this_tier(explanation),
        *(
            _tier_fields(explanation, explanation.found.tier)
            if explanation.found.tier
            else _automatic_fields()
        ),
    ]


def _why_this_tier(explanation: Explanation) -> Fields:
    asked, selector = explanation.asked, explanation.found.selector
    yield asked.subject.value.capitalize(), format_amount(asked.amount, asked.currency)
    yield "Tier", explanation.found.name
    yield "Range", amount_range(selector, asked.currency)
    if asked.currency not in selector.currencies:
        yield "Currency", f"no tier names {asked.currency}, so those for every other currency hold"
    if selector.customers:
        yield "Customer", f"{asked.customer} is one of {', '.join(selector.customers)}"
    if selector.tags:
        yield "Tags", join_names(sorted(set(selector.tags) & set(asked.tags)))
    for name, reason in explanation.passed_over:
        yield "Passed over", f"{name}: {reason}"


def _automatic_fields() -> Fields:
    yield "Asks", "nobody: it is approved automatically"


def _tier_fields(explanation: Explanation, tier: Tier) -> Fields:
    now = explanation.now
    for each in tier.requirements:
        yield "Asks", f"{each.count} of {_members(each)}"
    if tier.requester_may_approve:
        yield "Requester", "may approve"
    else:
        yield "Cannot approve", f"{explanation.requester or 'whoever asks for it'} (the requester)"
    for group in tier.barred:
        yield "Cannot approve", f"{_members(group)} (barred)"
    if tier.bars_previous_approvers:
        yield "Cannot approve", "whoever approved the same customer's previous order"
    if explanation.cannot_be_met:
        yield (
            "Dead end",
            f"without {explanation.requester} there are too few people, so nobody can complete it",
        )
    yield "To cancel", f"{tier.cancel_count} of the same people"
    yield "Reminders", _reminders(tier, now)
    for level, escalation in enumerate(tier.escalations):
        at = escalation_at(tier, level, now)
        when = f"on {local_time(at)}" if at else "when the reminders have run out"
        ask = ", ".join(_members(group) for group in escalation.groups)
        told = f", tells {join_names(escalation.channels)}" if escalation.channels else ""
        counts = f"; a yes counts for {join_names(escalation.counts_for)}"
        yield f"Escalation {level + 1}", f"{when} asks {ask}{told}{counts}"
    deadline = deadline_of(tier, now)
    yield (
        "Expires",
        f"on {local_time(deadline)} if asked now, as {tier.expires_as.value}" if deadline else "never",
    )
    yield "Override", _override(tier)
    if tier.hours is not None:
        stops = ", and time counts only then" if tier.clock_stops_outside_hours else ""
        yield "Hours", f"{tier.hours.name} ({tier.hours.zone}): reminders are sent only then{stops}"
    if tier.information_stops_clock:
        yield "Information", "while it is waited for, the clock stops"


def _members(group: Group) -> str:
    return f"{group.group} ({', '.join(group.members)})"


def _reminders(tier: Tier, now: datetime) -> str:
    first = first_reminder(tier, now)
    if tier.reminders is None or first is None:
        return "none"
    return f"the first on {local_time(first)}" + _gaps(tier.reminders, _length_of_day(tier))


def _gaps(reminders: Reminders, day: timedelta) -> str:
    if reminders.times == 1:
        return ", and no other"
    shown = [format_duration(reminders.gap(sent), day) for sent in range(1, min(reminders.times, 5))]
    more = ", ..." if reminders.times > 5 else ""
    return f", then after {', '.join(shown)}{more}: {reminders.times} in all"


def _length_of_day(tier: Tier) -> timedelta:
    """Return how long the policy file's unit "day" is: shorter if time counts only in working hours."""
    return timedelta(minutes=tier.clock.closes - tier.clock.opens) if tier.clock else DAY


def _override(tier: Tier) -> str:
    who = join_names(["operators at the command line", *tier.operators])
    match tier.override:
        case Override.ALLOWED:
            return f"{who} may decide alone"
        case Override.WITH_REASON:
            return f"{who} may decide alone, with a reason"
        case Override.NEVER:
            return "nobody may decide alone"
        case _:
            assert_never(tier.override)
