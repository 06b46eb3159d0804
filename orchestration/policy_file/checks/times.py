"""Checks that a tier's reminders, escalations and expiry come in a sensible order."""

from collections.abc import Iterator
from datetime import timedelta

from orchestration.domain.written_times.durations import DAY, LONGEST, Duration, format_duration
from orchestration.policy_file.build import day_of, reminders_of
from orchestration.policy_file.findings import Findings
from orchestration.policy_file.schema import EscalationTable, PolicyTable, TierTable
from orchestration.policy_file.toml_lines import Path


def check_times(file: PolicyTable, tier: TierTable, path: Path, findings: Findings) -> None:
    """Check the times; all of them count by the same clock, so that their spans can be compared."""
    day = day_of(file, tier)
    if day <= timedelta() or (tier.clock_stops_outside_hours and tier.hours not in file.hours):
        return  # an error of its own; how long a day is cannot be told
    if _too_long(file, tier, day, path, findings):
        return
    expiry = None
    if isinstance(tier.expires_after, Duration) and tier.expires_at is None:
        expiry = tier.expires_after.total(day)
    _check_reminders(tier, day, expiry, path, findings)
    _check_escalations(file, tier, expiry, path, findings)


def _too_long(file: PolicyTable, tier: TierTable, day: timedelta, path: Path, findings: Findings) -> bool:
    if not tier.clock_stops_outside_hours or tier.hours is None:
        return False  # the schema has the limit already
    longest = LONGEST * (day / DAY) * (len(set(file.hours[tier.hours].days)) / 7)
    found = [where for where, span in _spans(tier) if span.total(day) > longest]
    for where in found:
        findings.error(
            (*path, *where), f'is more than ten years, since time counts only in the hours "{tier.hours}"'
        )
    return bool(found)


def _spans(tier: TierTable) -> Iterator[tuple[Path, Duration]]:
    if isinstance(tier.expires_after, Duration):
        yield ("expires-after",), tier.expires_after
    if tier.reminders is not None:
        yield ("reminders", "after"), tier.reminders.after
        if tier.reminders.at_most is not None:
            yield ("reminders", "at-most"), tier.reminders.at_most
    for number, escalation in enumerate(tier.escalations):
        if isinstance(escalation.after, Duration):
            yield ("escalations", number, "after"), escalation.after


def _check_reminders(
    tier: TierTable, day: timedelta, expiry: timedelta | None, path: Path, findings: Findings
) -> None:
    if tier.reminders is None:
        return
    after, longest = tier.reminders.after.total(day), tier.reminders.at_most
    if longest is not None and longest.total(day) < after:
        findings.error(
            (*path, "reminders", "at-most"),
            f'must not be less than "after", which is {format_duration(after, day)}',
        )
    if expiry is not None and after >= expiry:
        text = "the first reminder would come when the order has expired, which is after"
        findings.warn((*path, "reminders", "after"), f"{text} {format_duration(expiry, day)}")


def _check_escalations(
    file: PolicyTable, tier: TierTable, expiry: timedelta | None, path: Path, findings: Findings
) -> None:
    previous, day = timedelta(), day_of(file, tier)
    for number, escalation in enumerate(tier.escalations):
        where = (*path, "escalations", number, "after")
        if not isinstance(escalation.after, Duration) and (number > 0 or tier.reminders is None):
            missing = (
                "only the first one can wait for the reminders" if number else "the tier has no reminders"
            )
            findings.error(where, f'{missing}; write a span such as "4h" in place of "reminders"')
            continue
        after = _after(file, tier, escalation)
        comes = f"comes {format_duration(after, day)} after the order"
        if expiry is not None and after >= expiry:
            findings.error(
                where, f"{comes}, which has expired after {format_duration(expiry, day)}; make it earlier"
            )
        elif after <= previous:
            text = f"{comes}, and the escalation before it after {format_duration(previous, day)}"
            findings.error(where, f"{text}; put them in the order of their times")
        previous = max(previous, after)


def _after(file: PolicyTable, tier: TierTable, escalation: EscalationTable) -> timedelta:
    if isinstance(escalation.after, Duration):
        return escalation.after.total(day_of(file, tier))
    # The reminders have run out when one more would have come.
    reminders = reminders_of(file, tier)
    gaps = [reminders.gap(sent) for sent in range(reminders.times + 1)] if reminders else []
    return sum(gaps, timedelta())
