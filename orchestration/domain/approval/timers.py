"""The timers of a gate: reminders, escalations, expiry, and the pause while a question is open."""

from datetime import datetime
from enum import IntEnum

from orchestration.domain.actor import SYSTEM
from orchestration.domain.approval.gate import Answer, Gate, Question
from orchestration.domain.approval.notifications import Notification, NotificationKind
from orchestration.domain.approval.rules import close_gate
from orchestration.domain.approval.verdict import Outcome, OutcomeKind
from orchestration.domain.policy import deadlines, working_hours
from orchestration.domain.policy.tier import ExpiryStatus, Tier


class TimerKind(IntEnum):
    """What a timer does; of two timers due at the same moment the lower number fires first."""

    EXPIRE = 1
    ESCALATE = 2
    REMIND = 3


def open_gate(
    gate: Gate,
    tier: Tier,
    opened_at: datetime,
    deadline: datetime | None,
    *,
    barred: tuple[str, ...] = (),
    run_deadline: datetime | None = None,
) -> Gate:
    """Open the gate for decisions under this tier. Earlier approvals and cancels do not count any more."""
    return gate.model_copy(
        update={
            "tier": tier,
            "barred": barred,
            "opened_at": opened_at,
            "deadline": deadline,
            "run_deadline": run_deadline,
            "approvals": (),
            "cancels": (),
            "level": 0,
            "next_escalation_at": deadlines.escalation_at(tier, 0, opened_at),
            "reminders_sent": 0,
            "last_reminder_at": None,
            "next_reminder_at": deadlines.first_reminder(tier, opened_at),
            "paused_at": None,
            "paused_deadline": None,
        }
    )


def next_timer_at(gate: Gate) -> datetime | None:
    """Return when the next timer fires; None: no timer is set."""
    due = _next_timer(gate)
    return due[0] if due else None


def fire_due_timers(
    gate: Gate, now: datetime, *, expire: bool = True
) -> tuple[Gate, tuple[Notification, ...]]:
    """Fire all timers that are due. If several reminders are overdue, only one is sent.

    With `expire=False` the gate stays open after its deadline and no later timer fires: a decision that was
    made before the deadline may still arrive.
    """
    notifications: list[Notification] = []
    tier = gate.tier
    while tier is not None and (due := _next_timer(gate)) is not None and due[0] <= now:
        match due[1]:
            case TimerKind.EXPIRE:
                if not expire:
                    break
                return _expire(gate, tier, now), ()
            case TimerKind.ESCALATE:
                gate = _escalate(gate, tier, due[0])
                notifications.append(
                    Notification(kind=NotificationKind.ESCALATION, number=gate.level, at=now)
                )
            case TimerKind.REMIND:
                gate, reminders_sent = _remind(gate, tier, now)
                if reminders_sent:
                    notifications.append(
                        Notification(kind=NotificationKind.REMINDER, number=gate.reminders_sent, at=now)
                    )
    if gate.outcome is not None:
        return gate, ()
    # An escalation asks the same people, so a reminder at the same moment is dropped.
    if any(notification.kind is NotificationKind.ESCALATION for notification in notifications):
        notifications = [
            notification for notification in notifications if notification.kind is NotificationKind.ESCALATION
        ]
    return gate, tuple(notifications)


def add_question(gate: Gate, question: Question) -> Gate:
    """Store a question; pause the clock if the tier says so."""
    update: dict[str, object] = {"questions": (*gate.questions, question)}
    if gate.tier and gate.tier.information_stops_clock and gate.paused_at is None:
        update |= {"paused_at": question.at, "paused_deadline": gate.deadline, "deadline": None}
    return gate.model_copy(update=update)


def add_answer(gate: Gate, question_id: str, given: Answer) -> Gate:
    """Store an answer; the answer to the last open question resumes the clock."""
    questions = tuple(
        each.model_copy(update={"answer": given}) if each.question_id == question_id else each
        for each in gate.questions
    )
    gate = gate.model_copy(update={"questions": questions})
    if gate.open_questions or gate.paused_at is None or gate.tier is None:
        return gate
    return _resume_clock(gate, gate.tier, gate.paused_at, given.at)


def _resume_clock(gate: Gate, tier: Tier, paused_at: datetime, now: datetime) -> Gate:
    deadline = deadlines.shift_after_pause(tier, gate.paused_deadline, paused_at, now)
    if deadline is not None and gate.run_deadline is not None:
        deadline = min(deadline, gate.run_deadline)
    next_reminder_at = deadlines.shift_after_pause(tier, gate.next_reminder_at, paused_at, now)
    if next_reminder_at is not None and tier.hours is not None:
        next_reminder_at = working_hours.next_open(tier.hours, next_reminder_at)
    return gate.model_copy(
        update={
            "paused_at": None,
            "paused_deadline": None,
            "deadline": deadline,
            "next_reminder_at": next_reminder_at,
            "next_escalation_at": deadlines.shift_after_pause(tier, gate.next_escalation_at, paused_at, now),
        }
    )


def _next_timer(gate: Gate) -> tuple[datetime, TimerKind] | None:
    if gate.tier is None or gate.outcome is not None:
        return None
    # The workflow's run timeout comes even while the clock is paused.
    moments = [(gate.run_deadline, TimerKind.EXPIRE), (gate.deadline, TimerKind.EXPIRE)]
    if gate.paused_at is None:
        moments += [(gate.next_escalation_at, TimerKind.ESCALATE), (gate.next_reminder_at, TimerKind.REMIND)]
    return min(((at, due) for at, due in moments if at is not None), default=None)


def _expire(gate: Gate, tier: Tier, now: datetime) -> Gate:
    cancelled = tier.expires_as is ExpiryStatus.CANCELLED
    kind = OutcomeKind.CANCELLED if cancelled else OutcomeKind.EXPIRED
    return close_gate(gate, Outcome(kind=kind, by=SYSTEM, at=now))


def _escalate(gate: Gate, tier: Tier, at: datetime) -> Gate:
    level = gate.level + 1
    next_escalation_at = deadlines.escalation_at(tier, level, gate.opened_at or at)
    gate = gate.model_copy(update={"level": level, "next_escalation_at": next_escalation_at})
    # An approval that filled nothing so far may count for another group after the escalation.
    if gate.is_met:
        last = gate.approvals[-1]
        gate = close_gate(gate, Outcome(kind=OutcomeKind.APPROVED, by=last.actor, at=at, note=last.note))
    return gate


def _remind(gate: Gate, tier: Tier, now: datetime) -> tuple[Gate, bool]:
    if tier.hours is not None and not working_hours.is_open(tier.hours, now):
        # The worker was down when the reminder was due, and it is now outside working hours.
        return gate.model_copy(update={"next_reminder_at": working_hours.next_open(tier.hours, now)}), False
    reminders_sent = gate.reminders_sent + 1
    next_reminder_at = deadlines.next_reminder(tier, now, reminders_sent)
    update = {"reminders_sent": reminders_sent, "last_reminder_at": now, "next_reminder_at": next_reminder_at}
    waits = gate.level < len(tier.escalations) and tier.escalations[gate.level].after is None
    if next_reminder_at is None and waits:
        update["next_escalation_at"] = deadlines.reminders_exhausted(tier, now, reminders_sent)
    return gate.model_copy(update=update), True
