"""Renders notifications: for the card's thread, for direct messages and for channels."""

from typing import assert_never

from bot.block_kit.text import Message, context, escape, join, mrkdwn, person, section
from bot.views import questions
from bot.views.parts import approval_parts, card_parts, order_parts
from orchestration.contracts.slack import NotifyPeople
from orchestration.domain.approval.notifications import NotificationKind

MAX_NAMED = 20
"""People who are mentioned in one message."""


def in_thread(request: NotifyPeople, users: tuple[str, ...]) -> Message:
    """Render the message for the card's thread. It mentions `users` and nobody else."""
    match request.notification.kind:
        case NotificationKind.QUESTION:
            return questions.question_in_thread(request, users)
        case NotificationKind.ANSWER:
            return questions.answer_in_thread(request)
        case NotificationKind.AMENDMENT:
            return questions.amendment(request)
        case NotificationKind.REMINDER | NotificationKind.ESCALATION:
            return _ask_to_decide(request, users)
        case _:
            assert_never(request.notification.kind)


def direct(request: NotifyPeople) -> Message:
    """Render the direct message, which describes the order or refund, so that nobody has to look for it."""
    match request.notification.kind:
        case NotificationKind.QUESTION:
            return questions.question_to_requester(request)
        case NotificationKind.ANSWER:
            return questions.answer_to_asker(request)
        case NotificationKind.AMENDMENT:
            return questions.amendment(request)
        case NotificationKind.REMINDER | NotificationKind.ESCALATION:
            return in_channel(request)
        case _:
            assert_never(request.notification.kind)


def is_for_the_thread(request: NotifyPeople, users: tuple[str, ...]) -> bool:
    """Return whether to post in the thread: always, except reminders and escalations without recipients."""
    return bool(users) or request.notification.kind not in {
        NotificationKind.REMINDER,
        NotificationKind.ESCALATION,
    }


def in_channel(request: NotifyPeople) -> Message:
    """Render the message for a channel that is notified of escalations."""
    view = request.card_view
    where = f" The card is in <#{request.card.channel}>." if request.card else ""
    title = escape(card_parts.title(view), 150)
    lines = [] if view.order is None else [order_parts.summary(view.order, view.requested_by)]
    return _message(f"{_opening(request)} *{title}.*{where}", [*lines, *_facts(request)])


def _ask_to_decide(request: NotifyPeople, users: tuple[str, ...]) -> Message:
    names = ", ".join(person(user) for user in users[:MAX_NAMED])
    more = len(users) - MAX_NAMED
    named = f"{names} and {more} more" if more > 0 else names
    return _message(f"{_opening(request)} {named}: please have a look.", _facts(request))


def _opening(request: NotifyPeople) -> str:
    if request.notification.kind is NotificationKind.ESCALATION:
        return "⏫ Nobody has decided yet, so you are asked too:"
    again = f"Reminder {request.notification.number}" if request.notification.number > 1 else "A reminder"
    return f"⏰ {again}:"


def _facts(request: NotifyPeople) -> list[str]:
    gate = request.card_view.gate
    return [
        f"So far: {approval_parts.approved_so_far(gate)}. Expires: {approval_parts.expires(gate)}.",
        *approval_parts.waiting_notes(gate),
    ]


def _message(first: str, rest: list[str]) -> Message:
    return Message(
        text=join([first, *rest]),
        blocks=[section(mrkdwn(first)), context(mrkdwn(join(rest, 2000)))],
    )
