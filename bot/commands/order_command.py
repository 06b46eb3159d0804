"""Parses the text behind `/order`.

SUBCOMMANDS is the one table of the words that can follow `/order`. The parser, `/order help`, the hints for
what was not understood, and "did you mean" are made from it.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from types import MappingProxyType

from bot.commands.delegate_command import DelegateCommand, parse_delegate_command
from bot.commands.slack_text import unescape
from bot.ids import ListWhich

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
    """`/order help`, or `/order` alone."""


@dataclass(frozen=True, slots=True)
class Status:
    """`/order status <id>`."""

    order_id: str


@dataclass(frozen=True, slots=True)
class List:
    """`/order list [pending|all]`."""

    which: ListWhich


@dataclass(frozen=True, slots=True)
class Amend:
    """`/order amend <id>`."""

    order_id: str


@dataclass(frozen=True, slots=True)
class Refund:
    """`/order refund <id> [reason]`. Without a reason it asks for the status of the refund."""

    order_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class MissingOrderId:
    """A word that needs an order id, with `given` in its place; `given` can be empty."""

    word: Word
    given: str


@dataclass(frozen=True, slots=True)
class UnknownList:
    """`/order list` with a word that names no list."""

    given: str


@dataclass(frozen=True, slots=True)
class UnknownCommand:
    """A word that is not in the table, and the words of the table that resemble it."""

    given: str
    nearest: tuple[Word, ...]


Misunderstood = MissingOrderId | UnknownList | UnknownCommand
OrderCommand = Help | Status | List | Amend | Refund | DelegateCommand | Misunderstood


@dataclass(frozen=True, slots=True)
class Arguments:
    """What follows the first word: as words that Slack's escapes are removed from, and as Slack sent it."""

    words: list[str]
    raw: str


@dataclass(frozen=True, slots=True)
class Subcommand:
    """How a word is used and parsed.

    `usages` are its lines in the help: arguments and meaning. The last three fields are for a missing order
    id: an example, the question if there is no argument, and what is said of an argument that is no order id.
    """

    usages: tuple[tuple[str, str], ...]
    parse: Callable[[Arguments], OrderCommand]
    example: str = ""
    question: str = ""
    complaint: str = ""


def parse_order_command(text: str) -> OrderCommand:
    """Parse the text as Slack sent it. Never raises. Ignores capitals, backticks and additional spaces."""
    text = text.replace("`", " ")
    words = unescape(text).split()
    if not words:
        return Help()
    first = words[0].lower()
    if first in SUBCOMMANDS:
        raw = text.split(maxsplit=1)[1] if words[1:] else ""
        return SUBCOMMANDS[Word(first)].parse(Arguments(words[1:], raw))
    nearest = get_close_matches(first[:30], [word.value for word in SUBCOMMANDS], n=2, cutoff=0.5)
    return UnknownCommand(given=words[0], nearest=tuple(map(Word, nearest)))


def _status(arguments: Arguments) -> OrderCommand:
    order_id = _only_order_id(arguments)
    return _missing(Word.STATUS, arguments) if order_id is None else Status(order_id)


def _amend(arguments: Arguments) -> OrderCommand:
    order_id = _only_order_id(arguments)
    return _missing(Word.AMEND, arguments) if order_id is None else Amend(order_id)


def _refund(arguments: Arguments) -> OrderCommand:
    match arguments.words:
        case [order_id, *reason] if ORDER_ID.fullmatch(order_id):
            return Refund(order_id, " ".join(reason))
        case _:
            return _missing(Word.REFUND, arguments)


def _list(arguments: Arguments) -> OrderCommand:
    if not arguments.words:
        return List(ListWhich.PENDING)
    which = " ".join(arguments.words)
    try:
        return List(ListWhich(which.lower()))
    except ValueError:
        return UnknownList(which)


def _only_order_id(arguments: Arguments) -> str | None:
    match arguments.words:
        case [order_id] if ORDER_ID.fullmatch(order_id):
            return order_id
        case _:
            return None


def _missing(word: Word, arguments: Arguments) -> MissingOrderId:
    return MissingOrderId(word, " ".join(arguments.words))


_NO_ORDER_ID = "is not an order id. Write it like this:"

SUBCOMMANDS: Mapping[Word, Subcommand] = MappingProxyType(
    {
        Word.STATUS: Subcommand(
            usages=(("<id>", "where an order stands, and what it waits for"),),
            parse=_status,
            example="ord-1042",
            question="The status of which order? Write its id:",
            complaint=_NO_ORDER_ID,
        ),
        Word.LIST: Subcommand(
            usages=(("", "the orders that wait for approval"), ("all", "all orders, newest first")),
            parse=_list,
        ),
        Word.AMEND: Subcommand(
            usages=(("<id>", "change an order that you asked for and that still waits"),),
            parse=_amend,
            example="ord-1042",
            question="Change which order? Write its id:",
            complaint=_NO_ORDER_ID,
        ),
        Word.REFUND: Subcommand(
            usages=(("<id> <why>", "ask for the money of a shipped order back"),),
            parse=_refund,
            example="ord-1042 it broke",
            question="Refund which order, and why? Write it like this:",
            complaint="does not begin with an order id. Write",
        ),
        Word.DELEGATE: Subcommand(
            usages=(
                ("@colleague until friday [for <group>]", "let a colleague decide for you"),
                ("off [for <group>]", "decide for yourself again"),
                ("", "who decides for you, and for whom you may"),
            ),
            parse=lambda arguments: parse_delegate_command(arguments.raw),
        ),
        Word.HELP: Subcommand(usages=(("", "this"),), parse=lambda _: Help()),
    }
)
"""In the order of the help."""
