"""What was typed behind `/order`, as one of the things that can be asked."""

import re
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum

from bot.ids import ListWhich
from bot.typed_delegation import AskedDelegation, as_typed, read_delegation

ORDER_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


class Word(StrEnum):
    """The first word behind `/order`."""

    HELP = "help"
    STATUS = "status"
    LIST = "list"
    AMEND = "amend"
    REFUND = "refund"
    DELEGATE = "delegate"


@dataclass(frozen=True, slots=True)
class Help:
    """`/order help`, or nothing at all."""


@dataclass(frozen=True, slots=True)
class Status:
    """`/order status <id>`."""

    order_id: str


@dataclass(frozen=True, slots=True)
class List:
    """`/order list [pending|all]`."""

    which: ListWhich


@dataclass(frozen=True, slots=True)
class StatusOfWhat:
    """`/order status` with something that is no order id; `given` is what was typed instead."""

    given: str


@dataclass(frozen=True, slots=True)
class Amend:
    """`/order amend <id>`."""

    order_id: str


@dataclass(frozen=True, slots=True)
class AmendWhat:
    """`/order amend` with something that is no order id; `given` is what was typed instead."""

    given: str


@dataclass(frozen=True, slots=True)
class Refund:
    """`/order refund <id> [why]`; without a reason it asks how the refund stands."""

    order_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class RefundWhat:
    """`/order refund` with something that is no order id; `given` is what was typed instead."""

    given: str


@dataclass(frozen=True, slots=True)
class ListOfWhat:
    """`/order list` with a word that names no list."""

    given: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """A word that means nothing here, and those that look like it."""

    given: str
    nearest: tuple[Word, ...]


Misunderstood = StatusOfWhat | ListOfWhat | AmendWhat | RefundWhat | Unknown
Asked = Help | Status | List | Amend | Refund | AskedDelegation | Misunderstood


def understand(text: str) -> Asked:
    """Read what was typed, as Slack escaped it. Never raises; capitals, backticks, spaces do not matter."""
    text = text.replace("`", " ")
    words = as_typed(text).split()
    if not words:
        return Help()
    first, rest = words[0].lower(), words[1:]
    match first:
        case Word.HELP:
            return Help()
        case Word.STATUS:
            return _status(rest)
        case Word.LIST:
            return _list(rest)
        case Word.AMEND:
            return _amend(rest)
        case Word.REFUND:
            return _refund(rest)
        case Word.DELEGATE:
            return read_delegation(text.split(maxsplit=1)[1] if rest else "")
        case _:
            nearest = get_close_matches(first[:30], [word.value for word in Word], n=2, cutoff=0.5)
            return Unknown(given=words[0], nearest=tuple(Word(word) for word in nearest))


def _status(rest: list[str]) -> Asked:
    if len(rest) == 1 and ORDER_ID.fullmatch(rest[0]):
        return Status(rest[0])
    return StatusOfWhat(" ".join(rest))


def _amend(rest: list[str]) -> Asked:
    if len(rest) == 1 and ORDER_ID.fullmatch(rest[0]):
        return Amend(rest[0])
    return AmendWhat(" ".join(rest))


def _refund(rest: list[str]) -> Asked:
    if rest and ORDER_ID.fullmatch(rest[0]):
        return Refund(rest[0], " ".join(rest[1:]))
    return RefundWhat(" ".join(rest))


def _list(rest: list[str]) -> Asked:
    if not rest:
        return List(ListWhich.PENDING)
    try:
        return List(ListWhich(" ".join(rest).lower()))
    except ValueError:
        return ListOfWhat(" ".join(rest))
