"""Renders the answers to `/order delegate`."""

import re
from collections.abc import Iterable
from typing import assert_never

from bot.block_kit.text import (
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
)
from bot.commands.delegate_command import InvalidDelegate, InvalidDelegateReason
from bot.ids import COMMAND
from orchestration.domain.approval.delegations import DelegationGrant

EXAMPLE = f"{COMMAND} delegate @colleague until friday"
_SLACK_ID = re.compile(r"\b[UW][A-Z0-9]{2,30}\b")
MAX_QUOTED = 60


def delegated(granted: DelegationGrant, *, zone_known: bool) -> Message:
    """Confirm a new delegation."""
    to = person(granted.delegate)
    lines = [f"🤝 {to} may now decide for you{_group(granted)}, until {slack_date(granted.until)}."]
    if not zone_known:
        lines.append("I could not ask Slack for your time zone, so I took the end to be in UTC.")
    small = (
        f"{to} acts under their own name, and it is shown that it was for you. What you may not approve, "
        f"they may not approve for you. To end it: {COMMAND} delegate off"
    )
    return _message(lines, small)


def ended(count: int, group: str | None) -> Message:
    """Say how many delegations were ended."""
    where = f" for {escape(group, 100)}" if group else ""
    if count:
        return _message([f"Done: nobody decides for you{where} any more."])
    return _message([f"You have no delegation{where} that could be ended."])


def delegations(mine: Iterable[DelegationGrant], others: Iterable[DelegationGrant]) -> Message:
    """List who may decide for the user, and for whom the user may decide."""
    for_me = [f"• {person(each.delegate)}{_group(each)}, until {slack_date(each.until)}" for each in mine]
    by_me = [f"• {person(each.person)}{_group(each)}, until {slack_date(each.until)}" for each in others]
    how = f"To let a colleague decide for you: {EXAMPLE}"
    parts = [
        join(["*Who decides for you*", *(for_me or ["Nobody."])], MAX_SECTION),
        join(["*For whom you may decide*", *(by_me or ["Nobody."])], MAX_SECTION),
    ]
    blocks = [header("Delegations"), *(section(mrkdwn(part)) for part in parts), context(mrkdwn(how))]
    return Message(text=join([*parts, how]), blocks=blocks)


def refused(sentence: str) -> Message:
    """Show why a delegation was refused. User ids in the sentence become mentions."""
    said = _SLACK_ID.sub(lambda found: person(found[0]), escape(sentence, 500))
    return _message([f"That is not possible. {said}"])


def complaint(sentence: str) -> Message:
    """Show a sentence that may quote what the user typed."""
    return _message([escape(sentence, 500)])


def invalid(command: InvalidDelegate) -> Message:
    """Say what is wrong with the command and what to type instead."""
    given = f"“{_quoted(command.given)}”"
    match command.reason:
        case InvalidDelegateReason.NO_PERSON:
            problem = (
                f"I cannot tell who {given} is. Type @ and pick the name from the list that Slack shows, "
                f"like this: {EXAMPLE}"
            )
        case InvalidDelegateReason.USER_GROUP:
            problem = f"{given} is a group, and only a person can decide for you. Name one: {EXAMPLE}"
        case InvalidDelegateReason.NO_END:
            problem = f"Until when? Write it like this: {EXAMPLE}"
        case InvalidDelegateReason.NO_GROUP:
            problem = (
                f"{given} cannot be a group of the approval policy. Write its name as it is on the cards, "
                f"without @: {EXAMPLE} for finance"
            )
        case _:
            assert_never(command.reason)
    return _message([problem])


def _group(granted: DelegationGrant) -> str:
    return f" for {escape(granted.group, 100)}" if granted.group else ""


def _quoted(given: str) -> str:
    return escape(given, MAX_QUOTED)


def _message(lines: list[str], small: str | None = None) -> Message:
    text = join(lines, MAX_SECTION)
    if small is None:
        return Message(text=text, blocks=[section(mrkdwn(text))])
    return Message(text=f"{text}\n{small}", blocks=[section(mrkdwn(text)), context(mrkdwn(small))])
