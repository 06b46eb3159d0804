"""What people are told while a gate waits: in the card's thread, in direct messages, in further channels."""

from typing import assert_never

from bot.block_kit.text import Message, context, escape, join, mrkdwn, person, section
from bot.views import questions
from bot.views.parts import approval_parts, card_parts, order_parts
from orchestration.contracts.slack import NotifyPeople
from orchestration.domain.approval.notifications import NotificationKind

MAX_NAMED = 20


def in_thread(asked: NotifyPeople, users: tuple[str, ...]) -> Message:
    """Name those who can still help; nobody else is mentioned, and never a whole channel."""
    match asked.notification.kind:
        case NotificationKind.QUESTION:
            return questions.question_in_thread(asked, users)
        case NotificationKind.ANSWER:
            return questions.answer_in_thread(asked)
        case NotificationKind.AMENDMENT:
            return questions.amendment(asked)
        case NotificationKind.REMINDER | NotificationKind.ESCALATION:
            return _call(asked, users)
        case _:
            assert_never(asked.notification.kind)


def direct(asked: NotifyPeople) -> Message:
    """To one of them: what it is about, without having to look for it."""
    match asked.notification.kind:
        case NotificationKind.QUESTION:
            return questions.question_to_requester(asked)
        case NotificationKind.ANSWER:
            return questions.answer_to_asker(asked)
        case NotificationKind.AMENDMENT:
            return questions.amendment(asked)
        case NotificationKind.REMINDER | NotificationKind.ESCALATION:
            return in_channel(asked)
        case _:
            assert_never(asked.notification.kind)


def is_for_the_thread(asked: NotifyPeople, users: tuple[str, ...]) -> bool:
    """Whether the thread hears of it: of a call for help only if there is somebody to call."""
    return bool(users) or asked.notification.kind not in {
        NotificationKind.REMINDER,
        NotificationKind.ESCALATION,
    }


def in_channel(asked: NotifyPeople) -> Message:
    """To a channel that hears of an escalation."""
    view = asked.view
    where = f" The card is in <#{asked.card.channel}>." if asked.card else ""
    title = escape(card_parts.title(view), 150)
    said = [] if view.order is None else [order_parts.summary(view.order, view.requested_by)]
    return _message(f"{_opening(asked)} *{title}.*{where}", [*said, *_facts(asked)])


def _call(asked: NotifyPeople, users: tuple[str, ...]) -> Message:
    names = ", ".join(person(user) for user in users[:MAX_NAMED])
    more = len(users) - MAX_NAMED
    named = f"{names} and {more} more" if more > 0 else names
    return _message(f"{_opening(asked)} {named}: please have a look.", _facts(asked))


def _opening(asked: NotifyPeople) -> str:
    if asked.notification.kind is NotificationKind.ESCALATION:
        return "⏫ Nobody has decided yet, so you are asked too:"
    again = f"Reminder {asked.notification.number}" if asked.notification.number > 1 else "A reminder"
    return f"⏰ {again}:"


def _facts(asked: NotifyPeople) -> list[str]:
    gate = asked.view.gate
    return [
        f"So far: {approval_parts.approved_so_far(gate)}. Expires: {approval_parts.expires(gate)}.",
        *approval_parts.waiting_notes(gate),
    ]


def _message(first: str, rest: list[str]) -> Message:
    return Message(
        text=join([first, *rest]),
        blocks=[section(mrkdwn(first)), context(mrkdwn(join(rest, 2000)))],
    )
