"""What was typed behind `/order`, as one of the things that can be asked."""

import re
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum

from bot.ids import ListWhich
from bot.payloads.delegate_command import DelegateCommand, as_typed, parse_delegate_command

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
class StatusWithoutOrder:
    """`/order status` with something that is no order id; `given` is what was typed instead."""

    given: str


@dataclass(frozen=True, slots=True)
class Amend:
    """`/order amend <id>`."""

    order_id: str


@dataclass(frozen=True, slots=True)
class AmendWithoutOrder:
    """`/order amend` with something that is no order id; `given` is what was typed instead."""

    given: str


@dataclass(frozen=True, slots=True)
class Refund:
    """`/order refund <id> [why]`; without a reason it asks how the refund stands."""

    order_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class RefundWithoutOrder:
    """`/order refund` with something that is no order id; `given` is what was typed instead."""

    given: str


@dataclass(frozen=True, slots=True)
class UnknownList:
    """`/order list` with a word that names no list."""

    given: str


@dataclass(frozen=True, slots=True)
class UnknownCommand:
    """A word that means nothing here, and those that look like it."""

    given: str
    nearest: tuple[Word, ...]


Misunderstood = StatusWithoutOrder | UnknownList | AmendWithoutOrder | RefundWithoutOrder | UnknownCommand
OrderCommand = Help | Status | List | Amend | Refund | DelegateCommand | Misunderstood


def parse_order_command(text: str) -> OrderCommand:
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
            return parse_delegate_command(text.split(maxsplit=1)[1] if rest else "")
        case _:
            nearest = get_close_matches(first[:30], [word.value for word in Word], n=2, cutoff=0.5)
            return UnknownCommand(given=words[0], nearest=tuple(Word(word) for word in nearest))


def _status(rest: list[str]) -> OrderCommand:
    if len(rest) == 1 and ORDER_ID.fullmatch(rest[0]):
        return Status(rest[0])
    return StatusWithoutOrder(" ".join(rest))


def _amend(rest: list[str]) -> OrderCommand:
    if len(rest) == 1 and ORDER_ID.fullmatch(rest[0]):
        return Amend(rest[0])
    return AmendWithoutOrder(" ".join(rest))


def _refund(rest: list[str]) -> OrderCommand:
    if rest and ORDER_ID.fullmatch(rest[0]):
        return Refund(rest[0], " ".join(rest[1:]))
    return RefundWithoutOrder(" ".join(rest))


def _list(rest: list[str]) -> OrderCommand:
    if not rest:
        return List(ListWhich.PENDING)
    try:
        return List(ListWhich(" ".join(rest).lower()))
    except ValueError:
        return UnknownList(" ".join(rest))
