"""The times of a gate's reminders, escalations and expiry, by its tier."""

from datetime import datetime, timedelta

from orchestration.domain.policy import working_hours
from orchestration.domain.policy.tier import Reminders, Tier


def deadline_of(tier: Tier, opened_at: datetime) -> datetime | None:
    """Return when a gate that opened at `opened_at` expires; None: never."""
    if tier.expires_after is None and tier.expires_at is None:
        return None
    deadline = working_hours.add_open_time(tier.clock, opened_at, tier.expires_after or timedelta(0))
    if tier.expires_at is not None and tier.hours is not None:
        deadline = working_hours.next_local_time(tier.hours, deadline, tier.expires_at)
    return deadline


def first_reminder(tier: Tier, opened_at: datetime) -> datetime | None:
    """Return when the first reminder is sent; None: the tier has no reminders."""
    return next_reminder(tier, opened_at, 0)


def next_reminder(tier: Tier, since: datetime, sent: int) -> datetime | None:
    """Return when the next reminder is sent, after `sent` of them, the last at `since`; None: no more."""
    if tier.reminders is None or sent >= tier.reminders.times:
        return None
    return _reminder(tier, tier.reminders, since, sent)


def reminders_exhausted(tier: Tier, since: datetime, sent: int) -> datetime | None:
    """Return when one more reminder would be sent after the last one, which was at `since`."""
    return None if tier.reminders is None else _reminder(tier, tier.reminders, since, sent)


def escalation_at(tier: Tier, level: int, opened_at: datetime) -> datetime | None:
    """Return when the gate escalates from `level`; None: never, or only once the reminders have run out."""
    if level >= len(tier.escalations):
        return None
    span = tier.escalations[level].after
    return None if span is None else working_hours.add_open_time(tier.clock, opened_at, span)


def shift_after_pause(
    tier: Tier, moment: datetime | None, paused_at: datetime, now: datetime
) -> datetime | None:
    """Move a moment that was in the future at the pause to where it belongs after a resume at `now`."""
    if moment is None:
        return None
    return working_hours.add_open_time(
        tier.clock, now, working_hours.open_time_between(tier.clock, paused_at, moment)
    )


def _reminder(tier: Tier, reminders: Reminders, since: datetime, sent: int) -> datetime:
    due = working_hours.add_open_time(tier.clock, since, reminders.gap(sent))
    return due if tier.hours is None else working_hours.next_open(tier.hours, due)
