"""The parser of the text behind `/order`."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.order_command import (
    Help,
    List,
    MissingOrderId,
    OrderCommand,
    Status,
    UnknownCommand,
    UnknownList,
    Word,
    parse_order_command,
)
from bot.ids import ListWhich


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("", Help()),
        ("   ", Help()),
        ("HELP", Help()),
        ("status ord-1", Status("ord-1")),
        ("Status  `ord-1`", Status("ord-1")),
        ("status", MissingOrderId(Word.STATUS, "")),
        ("status ord 1", MissingOrderId(Word.STATUS, "ord 1")),
        ("status <!channel>", MissingOrderId(Word.STATUS, "<!channel>")),
        ("list", List(ListWhich.PENDING)),
        ("list ALL", List(ListWhich.ALL)),
        ("list mine", UnknownList("mine")),
        ("statsu ord-1", UnknownCommand("statsu", (Word.STATUS,))),
        ("lst", UnknownCommand("lst", (Word.LIST,))),
        ("xyzzy", UnknownCommand("xyzzy", ())),
    ],
)
def test_understanding(text: str, asked: OrderCommand) -> None:
    """Capitals, spaces and backticks do not matter."""
    assert parse_order_command(text) == asked


@given(st.text(max_size=3000))
def test_anything_at_all_is_understood_somehow(text: str) -> None:
    """Never an exception."""
    parse_order_command(text)
