"""What was typed behind `/order delegate`. Slack sends a name that was picked from its list as `<@U...>`."""

import re
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class ShowDelegations:
    """`/order delegate`: who decides for me, and for whom I may."""


@dataclass(frozen=True, slots=True)
class Delegate:
    """`/order delegate @colleague until friday [for finance]`; `until` as it was typed."""

    to: str
    until: str
    group: str | None


@dataclass(frozen=True, slots=True)
class DelegateOff:
    """`/order delegate off [for finance]`."""

    group: str | None


class InvalidDelegateReason(StrEnum):
    """Why something behind `/order delegate` cannot be carried out."""

    NO_PERSON = "no_person"
    USER_GROUP = "user_group"
    NO_END = "no_end"
    NO_GROUP = "no_group"


@dataclass(frozen=True, slots=True)
class InvalidDelegate:
    """`/order delegate` with something that does not fit; `given` is what does not."""

    why: InvalidDelegateReason
    given: str


DelegateCommand = ShowDelegations | Delegate | DelegateOff | InvalidDelegate

_PERSON = re.compile(r"<@([UW][A-Z0-9]{1,30})(?:\|[^<>]*)?>\s*")
_USER_GROUP = re.compile(r"<!subteam\^[^<>]*>")
_REFERENCE = re.compile(r"<([@#]?)[^<>|]*\|([^<>]*)>")
_GROUP = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
_OFF = re.compile(r"off(?:\s+for\s+(?P<group>.+))?", re.IGNORECASE)
_UNTIL_FOR = re.compile(r"until\s+(?P<until>.+?)(?:\s+for\s+(?P<group>.+))?", re.IGNORECASE)
_FOR_UNTIL = re.compile(r"for\s+(?P<group>\S+)\s+until\s+(?P<until>.+)", re.IGNORECASE)


def parse_delegate_command(rest: str) -> DelegateCommand:
    """Read what stands behind the word, as Slack sent it. Never raises."""
    rest = " ".join(rest.split())
    if not rest:
        return ShowDelegations()
    if off := _OFF.fullmatch(rest):
        return _wrong_group(off["group"]) or DelegateOff(off["group"])
    person = _PERSON.match(rest)
    if person is None:
        why = InvalidDelegateReason.USER_GROUP if _USER_GROUP.match(rest) else InvalidDelegateReason.NO_PERSON
        return InvalidDelegate(why, as_typed(rest.split()[0]))
    tail = rest[person.end() :]
    found = _UNTIL_FOR.fullmatch(tail) or _FOR_UNTIL.fullmatch(tail)
    if found is None:
        return InvalidDelegate(InvalidDelegateReason.NO_END, as_typed(tail))
    return _wrong_group(found["group"]) or Delegate(person[1], as_typed(found["until"]), found["group"])


def as_typed(text: str) -> str:
    """Undo what Slack does to text when it escapes: entities, and labels of what it made a reference of."""
    text = _REFERENCE.sub(r"\1\2", text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _wrong_group(group: str | None) -> InvalidDelegate | None:
    # The policy is not read here: any word that could be a group's name is taken.
    if group is None or _GROUP.fullmatch(group):
        return None
    return InvalidDelegate(InvalidDelegateReason.NO_GROUP, as_typed(group))
