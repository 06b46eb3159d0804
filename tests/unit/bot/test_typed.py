"""What is typed behind /order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ids import ListWhich
from bot.payloads.order_command import (
    Help,
    List,
    OrderCommand,
    Status,
    StatusWithoutOrder,
    UnknownCommand,
    UnknownList,
    Word,
    parse_order_command,
)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("", Help()),
        ("   ", Help()),
        ("HELP", Help()),
        ("status ord-1", Status("ord-1")),
        ("Status  `ord-1`", Status("ord-1")),
        ("status", StatusWithoutOrder("")),
        ("status ord 1", StatusWithoutOrder("ord 1")),
        ("status <!channel>", StatusWithoutOrder("<!channel>")),
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
