"""Checks the whole policy file: contradictions are errors, and unusual settings are warnings."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from orchestration.domain.policy.approval_policy import ANY_CURRENCY
from orchestration.domain.policy.working_hours import offsets_of
from orchestration.policy_file.checks.people import check_people
from orchestration.policy_file.checks.ranges import check_ranges
from orchestration.policy_file.checks.tier import check_tier
from orchestration.policy_file.checks.times import check_times
from orchestration.policy_file.findings import Findings, join_names
from orchestration.policy_file.schema import HoursTable, PolicyTable, TierTable


def check(file: PolicyTable, now: datetime, findings: Findings) -> None:
    """Check everything that involves more than one setting."""
    _check_groups(file, findings)
    for name, hours in file.hours.items():
        _check_hours(name, hours, now, findings)
    for key, tiers in file.lists():
        _check_names(key, tiers, findings)
        for index, tier in enumerate(tiers):
            path = (key, index)
            check_tier(file, tier, path, findings)
            if not tier.automatic:
                check_people(file, tier, path, findings)
                check_times(file, tier, path, findings)
        check_ranges(key, tiers, findings)
    _check_lists(file, findings)
    _check_use(file, findings)


def _check_groups(file: PolicyTable, findings: Findings) -> None:
    for name, members in file.groups.items():
        if not members:
            findings.error(("groups", name), "nobody is in this group; add Slack user ids, or take it out")


def _check_hours(name: str, hours: HoursTable, now: datetime, findings: Findings) -> None:
    path = ("hours", name)
    try:
        offsets_of(hours.time_zone, now, years=0)
    except ValueError:
        zone = f"{hours.time_zone!r} is not a time zone of the IANA database"
        findings.error((*path, "time-zone"), f'{zone}; write it like "Europe/Berlin"')
    if hours.opens >= hours.closes:
        findings.error((*path, "to"), 'must be later than "from"; hours do not go past midnight')
    if len(set(hours.days)) < len(hours.days):
        twice = join_names(day for day, count in Counter(hours.days).items() if count > 1)
        findings.error((*path, "days"), f"{twice} must be there only once")


def _check_names(key: str, tiers: tuple[TierTable, ...], findings: Findings) -> None:
    names = [tier.name for tier in tiers]
    for index, name in enumerate(names):
        if name in names[:index]:
            findings.error(
                (key, index, "name"), f'another one is called "{name}"; the audit log could not tell which'
            )


def _check_lists(file: PolicyTable, findings: Findings) -> None:
    if not file.tiers:
        findings.error(("tiers",), "there are no tiers for orders; add at least one [[tiers]]")
        return
    orders = {currency for tier in file.tiers for currency in tier.currencies}
    refunds = {currency for tier in file.refund_tiers for currency in tier.currencies}
    if ANY_CURRENCY not in orders:
        others = 'no tier has the currencies ["*"], so orders in other currencies than'
        findings.warn(("tiers",), f"{others} {join_names(sorted(orders))} are refused")
    if not file.refund_tiers:
        findings.warn(("refund-tiers",), "there are no tiers for refunds, so all refunds are refused")
    elif ANY_CURRENCY not in refunds and orders - refunds:
        missing = [
            "every other currency" if each == ANY_CURRENCY else each for each in sorted(orders - refunds)
        ]
        findings.warn(
            ("refund-tiers",), f"there are no tiers for {join_names(missing)}, so such refunds are refused"
        )


def _check_use(file: PolicyTable, findings: Findings) -> None:
    tiers = [tier for _, tiers in file.lists() for tier in tiers]
    groups = {name for tier in tiers for name in _groups_of(tier)}
    for name in file.groups:
        if name not in groups:
            findings.warn(("groups", name), "nothing uses this group")
    for name in file.hours.keys() - {tier.hours for tier in tiers}:
        findings.warn(("hours", name), "nothing uses these hours")


def _groups_of(tier: TierTable) -> Iterator[str]:
    yield from tier.needs or ()
    yield from tier.barred
    for escalation in tier.escalations:
        yield from escalation.ask
