"""When a gate reminds, escalates and expires, counted as its tier says."""

from datetime import datetime, timedelta

from orchestration.domain.policy import working_hours
from orchestration.domain.policy.tier import Reminders, Tier


def deadline_of(tier: Tier, opened_at: datetime) -> datetime | None:
    """When a gate that opened then expires; None: never."""
    if tier.expires_after is None and tier.expires_at is None:
        return None
    deadline = working_hours.add_open_time(tier.clock, opened_at, tier.expires_after or timedelta(0))
    if tier.expires_at is not None and tier.hours is not None:
        deadline = working_hours.next_local_time(tier.hours, deadline, tier.expires_at)
    return deadline


def first_reminder(tier: Tier, opened_at: datetime) -> datetime | None:
    """When the first reminder goes out; None: there are none."""
    return next_reminder(tier, opened_at, 0)


def next_reminder(tier: Tier, since: datetime, sent: int) -> datetime | None:
    """When the next one goes out, after `sent` of them, the last one at `since`; None: they have run out."""
    if tier.reminders is None or sent >= tier.reminders.times:
        return None
    return _reminder(tier, tier.reminders, since, sent)


def reminders_exhausted(tier: Tier, since: datetime, sent: int) -> datetime | None:
    """When one more reminder would have gone out after the last one, which was at `since`."""
    return None if tier.reminders is None else _reminder(tier, tier.reminders, since, sent)


def escalation_at(tier: Tier, level: int, opened_at: datetime) -> datetime | None:
    """When it escalates from `level` to the next; None: it does not, or it waits for the reminders."""
    if level >= len(tier.escalations):
        return None
    span = tier.escalations[level].after
    return None if span is None else working_hours.add_open_time(tier.clock, opened_at, span)


def shift_after_pause(
    tier: Tier, moment: datetime | None, paused_at: datetime, now: datetime
) -> datetime | None:
    """Where a moment that lay ahead when the clock stopped lies after the clock goes on at `now`."""
    if moment is None:
        return None
    return working_hours.add_open_time(
        tier.clock, now, working_hours.open_time_between(tier.clock, paused_at, moment)
    )


def _reminder(tier: Tier, reminders: Reminders, since: datetime, sent: int) -> datetime:
    due = working_hours.add_open_time(tier.clock, since, reminders.gap(sent))
    return due if tier.hours is None else working_hours.next_open(tier.hours, due)
