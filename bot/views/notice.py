"""Reminders and escalations: in the card's thread, in direct messages, in further channels."""

from typing import assert_never

from bot.views import parts
from bot.views.text import Message, context, escape, join, mrkdwn, person, section
from orchestration.contracts import NotifyPeople
from orchestration.domain.notice import NoticeKind

MAX_NAMED = 20


def in_thread(asked: NotifyPeople, users: tuple[str, ...]) -> Message:
    """Name those who can still help; nobody else is mentioned, and never a whole channel."""
    names = ", ".join(person(user) for user in users[:MAX_NAMED])
    more = len(users) - MAX_NAMED
    named = f"{names} and {more} more" if more > 0 else names
    return _message(f"{_opening(asked)} {named}: please have a look.", _facts(asked))


def direct(asked: NotifyPeople) -> Message:
    """To one of them: what it is about, without having to look for it."""
    view = asked.view
    where = f" The card is in <#{asked.card.channel}>." if asked.card else ""
    title = escape(parts.title(view), 150)
    said = [] if view.order is None else [parts.summary(view.order)]
    return _message(f"{_opening(asked)} *{title}.*{where}", [*said, *_facts(asked)])


def in_channel(asked: NotifyPeople) -> Message:
    """To a channel that hears of an escalation."""
    return direct(asked)


def _opening(asked: NotifyPeople) -> str:
    match asked.notice.kind:
        case NoticeKind.REMINDER:
            again = f"Reminder {asked.notice.number}" if asked.notice.number > 1 else "A reminder"
            return f"⏰ {again}:"
        case NoticeKind.ESCALATION:
            return "⏫ Nobody has decided yet, so you are asked too:"
        case NoticeKind.QUESTION:
            return "❓ Before this is decided somebody wants to know more:"
        case NoticeKind.ANSWER:
            return "💬 Your question was answered:"
        case NoticeKind.AMENDMENT:
            return "✏️ The order has changed, and what was approved before is void:"
        case _:
            assert_never(asked.notice.kind)


def _facts(asked: NotifyPeople) -> list[str]:
    gate = asked.view.gate
    return [
        f"So far: {parts.approved_so_far(gate)}. Expires: {parts.expires(gate)}.",
        *parts.waiting_notes(gate),
    ]


def _message(first: str, rest: list[str]) -> Message:
    return Message(
        text=join([first, *rest]),
        blocks=[section(mrkdwn(first)), context(mrkdwn(join(rest, 2000)))],
    )
