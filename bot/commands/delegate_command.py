"""Parses the text behind `/order delegate`. Slack sends a mention of a user as `<@U...>`."""

import re
from dataclasses import dataclass
from enum import StrEnum

from bot.commands.slack_text import unescape


@dataclass(frozen=True, slots=True)
class ShowDelegations:
    """`/order delegate` alone: list who may decide for the user, and for whom the user may decide."""


@dataclass(frozen=True, slots=True)
class Delegate:
    """`/order delegate @colleague until friday [for finance]`. `until` is not parsed yet."""

    to: str
    until: str
    group: str | None


@dataclass(frozen=True, slots=True)
class DelegateOff:
    """`/order delegate off [for finance]`: end the user's delegations."""

    group: str | None


class InvalidDelegateReason(StrEnum):
    """What is wrong with the text behind `/order delegate`."""

    NO_PERSON = "no_person"
    USER_GROUP = "user_group"
    NO_END = "no_end"
    NO_GROUP = "no_group"


@dataclass(frozen=True, slots=True)
class InvalidDelegate:
    """`/order delegate` with text that cannot be parsed. `given` is the part that is wrong."""

    reason: InvalidDelegateReason
    given: str


DelegateCommand = ShowDelegations | Delegate | DelegateOff | InvalidDelegate

_PERSON = re.compile(r"<@([UW][A-Z0-9]{1,30})(?:\|[^<>]*)?>\s*")
_USER_GROUP = re.compile(r"<!subteam\^[^<>]*>")
_GROUP = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
_OFF = re.compile(r"off(?:\s+for\s+(?P<group>.+))?", re.IGNORECASE)
_UNTIL_FOR = re.compile(r"until\s+(?P<until>.+?)(?:\s+for\s+(?P<group>.+))?", re.IGNORECASE)
_FOR_UNTIL = re.compile(r"for\s+(?P<group>\S+)\s+until\s+(?P<until>.+)", re.IGNORECASE)


def parse_delegate_command(text: str) -> DelegateCommand:
    """Parse the text as Slack sent it. Never raises."""
    text = " ".join(text.split())
    if not text:
        return ShowDelegations()
    if off := _OFF.fullmatch(text):
        return _invalid_group(off["group"]) or DelegateOff(off["group"])
    person = _PERSON.match(text)
    if person is None:
        reason = (
            InvalidDelegateReason.USER_GROUP if _USER_GROUP.match(text) else InvalidDelegateReason.NO_PERSON
        )
        return InvalidDelegate(reason, unescape(text.split()[0]))
    tail = text[person.end() :]
    found = _UNTIL_FOR.fullmatch(tail) or _FOR_UNTIL.fullmatch(tail)
    if found is None:
        return InvalidDelegate(InvalidDelegateReason.NO_END, unescape(tail))
    return _invalid_group(found["group"]) or Delegate(person[1], unescape(found["until"]), found["group"])


def _invalid_group(group: str | None) -> InvalidDelegate | None:
    # The policy is not known here, so every word that has the form of a group's name is accepted.
    if group is None or _GROUP.fullmatch(group):
        return None
    return InvalidDelegate(InvalidDelegateReason.NO_GROUP, unescape(group))
