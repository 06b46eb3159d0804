"""What `policy explain` says about a tier, as rows for people."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import assert_never

from orchestration.cli.output.console import local
from orchestration.domain.currency import format_amount, to_major, to_minor
from orchestration.domain.policy.approval_policy import ApprovalPolicy, Asked, PolicyTier, Selector
from orchestration.domain.policy.deadlines import deadline_of, escalation_at, first_reminder
from orchestration.domain.policy.tier import Group, Override, Reminders, Tier
from orchestration.policy_file.checks.quorum import shortage
from orchestration.policy_file.findings import listed
from orchestration.policy_file.spans import DAY, write_span

Rows = Iterator[tuple[str, str | None]]


@dataclass(frozen=True)
class Explained:
    """A tier, and what it was found by. `requester` empty: not said."""

    policy: ApprovalPolicy
    found: PolicyTier
    asked: Asked
    requester: str
    now: datetime

    @property
    def passed_over(self) -> tuple[tuple[str, str], ...]:
        """The tiers for certain customers or tags that came first and did not fit, each with the reason."""
        tiers = [
            each
            for each in self.policy.in_currency(self.asked.subject, self.asked.currency)
            if each.selector.is_special
        ]
        if self.found in tiers:
            tiers = tiers[: tiers.index(self.found)]
        return tuple((each.name, _misfit(each.selector, self.asked)) for each in tiers)

    @property
    def cannot(self) -> bool:
        """Whether there is nobody left to approve it, once the requester is taken out."""
        tier = self.found.tier
        if tier is None or tier.requester_may_approve or not self.requester:
            return False
        return shortage(tier.requirements, tier.barred, without=self.requester) > 0


def rows(explained: Explained) -> list[tuple[str, str | None]]:
    """Return names and values, in the order in which somebody would ask."""
    return [
        *_which(explained),
        *(_what(explained, explained.found.tier) if explained.found.tier else _nobody()),
    ]


def _which(explained: Explained) -> Rows:
    asked, selector = explained.asked, explained.found.selector
    yield asked.subject.value.capitalize(), format_amount(asked.amount, asked.currency)
    yield "Tier", explained.found.name
    yield "Range", amounts(selector, asked.currency)
    if asked.currency not in selector.currencies:
        yield "Currency", f"no tier names {asked.currency}, so those for every other currency hold"
    if selector.customers:
        yield "Customer", f"{asked.customer} is one of {', '.join(selector.customers)}"
    if selector.tags:
        yield "Tags", listed(sorted(set(selector.tags) & set(asked.tags)))
    for name, reason in explained.passed_over:
        yield "Passed over", f"{name}: {reason}"


def _nobody() -> Rows:
    yield "Asks", "nobody: it is approved automatically"


def _what(explained: Explained, tier: Tier) -> Rows:
    now = explained.now
    for each in tier.requirements:
        yield "Asks", f"{each.count} of {_members(each)}"
    if tier.requester_may_approve:
        yield "Requester", "may approve"
    else:
        yield "Cannot approve", f"{explained.requester or 'whoever asks for it'} (the requester)"
    for group in tier.barred:
        yield "Cannot approve", f"{_members(group)} (barred)"
    if tier.bars_previous_approvers:
        yield "Cannot approve", "whoever approved the same customer's previous order"
    if explained.cannot:
        yield "Dead end", f"without {explained.requester} there are too few people, so nobody can complete it"
    yield "To cancel", f"{tier.cancel_count} of the same people"
    yield "Reminders", _reminders(tier, now)
    for level, escalation in enumerate(tier.escalations):
        at = escalation_at(tier, level, now)
        when = f"on {local(at)}" if at else "when the reminders have run out"
        ask = ", ".join(_members(group) for group in escalation.groups)
        told = f", tells {listed(escalation.channels)}" if escalation.channels else ""
        counts = f"; a yes counts for {listed(escalation.counts_for)}"
        yield f"Escalation {level + 1}", f"{when} asks {ask}{told}{counts}"
    deadline = deadline_of(tier, now)
    yield "Expires", f"on {local(deadline)} if asked now, as {tier.expires_as.value}" if deadline else "never"
    yield "Override", _override(tier)
    if tier.hours is not None:
        stops = ", and time counts only then" if tier.clock_stops_outside_hours else ""
        yield "Hours", f"{tier.hours.name} ({tier.hours.zone}): reminders are sent only then{stops}"
    if tier.information_stops_clock:
        yield "Information", "while it is waited for, the clock stops"


def amounts(selector: Selector, currency: str) -> str:
    """Write the range of amounts, with the currency."""
    start = f"from {_money(selector.at_least, currency)}" if selector.at_least else ""
    end = f"below {_money(selector.below, currency)}" if selector.below is not None else ""
    return " to ".join(filter(None, [start, end])) or "every amount"


def _money(amount: Decimal, currency: str) -> str:
    try:
        return format_amount(to_minor(amount, currency), currency)
    except ValueError:
        # A tier for every currency can have more decimals than this one.
        return f"{amount:,f} {currency}"


def _members(group: Group) -> str:
    return f"{group.group} ({', '.join(group.members)})"


def _misfit(selector: Selector, asked: Asked) -> str:
    if not selector.covers(to_major(asked.amount, asked.currency)):
        return f"it is for amounts {amounts(selector, asked.currency)}"
    # Customers are judged apart from tags, since both have to fit.
    if not selector.model_copy(update={"tags": ()}).admits(asked):
        return f"it is for the customers {', '.join(selector.customers)}"
    return f"it is for the tags {', '.join(selector.tags)}"


def _reminders(tier: Tier, now: datetime) -> str:
    first = first_reminder(tier, now)
    if tier.reminders is None or first is None:
        return "none"
    return f"the first on {local(first)}" + _gaps(tier.reminders, _day(tier))


def _gaps(reminders: Reminders, day: timedelta) -> str:
    if reminders.times == 1:
        return ", and no other"
    shown = [write_span(reminders.gap(sent), day) for sent in range(1, min(reminders.times, 5))]
    more = ", ..." if reminders.times > 5 else ""
    return f", then after {', '.join(shown)}{more}: {reminders.times} in all"


def _day(tier: Tier) -> timedelta:
    """How long a day is where time counts only in the hours, as in the file."""
    return timedelta(minutes=tier.clock.closes - tier.clock.opens) if tier.clock else DAY


def _override(tier: Tier) -> str:
    who = listed(["operators at the command line", *tier.operators])
    match tier.override:
        case Override.ALLOWED:
            return f"{who} may decide alone"
        case Override.WITH_REASON:
            return f"{who} may decide alone, with a reason"
        case Override.NEVER:
            return "nobody may decide alone"
        case _:
            assert_never(tier.override)
