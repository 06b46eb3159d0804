"""Renders the audit log of one order, which the History option of the card's menu shows."""

from collections.abc import Mapping, Sequence

from bot.block_kit.text import (
    MAX_MESSAGE_TEXT,
    MAX_SECTION,
    Message,
    context,
    escape,
    header,
    join,
    mrkdwn,
    person,
    section,
    slack_date,
    width,
)
from bot.views.parts import order_parts
from orchestration.domain.order.status import OrderStatus
from orchestration.ports.audit_log import Event

MAX_SHOWN = 20
"""Events that are shown, the newest ones."""
_MAX_QUOTED = 150
"""Characters of a note, question or reason."""
_DECISIONS = {"approve": "approval", "cancel": "cancellation"}


def history(order_id: str, events: Sequence[Event]) -> Message:
    """Render the newest events, newest last, and the number of earlier ones."""
    title = f"What happened to order {order_id}"
    if not events:
        said = f"The audit log knows no order {order_id}."
        return Message(text=said, blocks=[section(mrkdwn(said))])
    lines = [_line(event) for event in events[-MAX_SHOWN:]]
    earlier = len(events) - len(lines)
    small = [f"{earlier} earlier lines are not shown."] if earlier else []
    blocks = [header(title), *(section(mrkdwn(text)) for text in _chunks(lines))]
    blocks += [context(mrkdwn(text)) for text in small]
    newest = lines[-_fitting(lines) :]
    return Message(text=join([title, *small, *newest]), blocks=blocks)


def _line(event: Event) -> str:
    by = f" · {_actor(event.actor)}" if event.actor else ""
    return f"{slack_date(event.occurred_at)}{by} · {_what(event)}"


def _actor(actor: str) -> str:
    """Return the name of an actor. The audit log stores actors as ``kind:id``."""
    kind, _, name = actor.partition(":")
    return person(name) if kind == "slack_user" else escape(actor.replace(":", " ", 1), 100)


def _what(event: Event) -> str:
    family, _, rest = event.type.partition(".")
    detail = event.detail
    words = escape(rest.replace("_", " "), 60)
    match family:
        case "decision":
            return _decision(words, detail)
        case "status":
            known = rest in set(OrderStatus)
            phrase = order_parts.status_phrase(OrderStatus(rest)) if known else words
            return f"the order {phrase}{_quoted(detail, 'reason')}"
        case "information":
            kind = escape(str(detail.get("kind") or "information"), 30)
            return f"{kind} {words}{_refused(detail)}{_quoted(detail, 'text')}"
        case "policy":
            return f"tier{_quoted(detail, 'tier')}"
        case "gate":
            return f"{words}{_number(detail, 'number')}"
        case _:
            what = f"{escape(family, 30)} {words}".strip()
            return f"{what}{_number(detail, 'revision')}{_refused(detail)}{_quoted(detail, 'reason')}"


def _decision(verdict: str, detail: Mapping[str, object]) -> str:
    kind = _DECISIONS.get(str(detail.get("kind")), "decision")
    override = ", as an override" if detail.get("override") is True else ""
    whom = detail.get("on_behalf_of")
    behalf = f" for {person(whom)}" if isinstance(whom, str) else ""
    return f"{kind}{behalf}: {verdict}{_progress(detail)}{override}{_quoted(detail, 'note')}"


def _progress(detail: Mapping[str, object]) -> str:
    counted, needed = detail.get("counted"), detail.get("needed")
    return f" ({counted} of {needed})" if isinstance(counted, int) and isinstance(needed, int) else ""


def _refused(detail: Mapping[str, object]) -> str:
    verdict = detail.get("verdict")
    return f" ({escape(verdict.replace('_', ' '), 40)})" if isinstance(verdict, str) else ""


def _number(detail: Mapping[str, object], name: str) -> str:
    number = detail.get(name)
    return f" ({number})" if isinstance(number, int) else ""


def _quoted(detail: Mapping[str, object], name: str) -> str:
    said = detail.get(name)
    return f" “{escape(said, _MAX_QUOTED)}”" if isinstance(said, str) and said else ""


def _chunks(lines: Sequence[str]) -> list[str]:
    """Join lines into as few texts as fit into sections."""
    chunks = [lines[0]]
    for line in lines[1:]:
        longer = f"{chunks[-1]}\n{line}"
        if width(longer) <= MAX_SECTION:
            chunks[-1] = longer
        else:
            chunks.append(line)
    return chunks


def _fitting(lines: Sequence[str]) -> int:
    """Return how many of the newest lines fit into the message's text below its title."""
    room, count = MAX_MESSAGE_TEXT - 250, 0
    for line in reversed(lines):
        room -= width(line) + 1
        if room < 0:
            break
        count += 1
    return max(count, 1)
