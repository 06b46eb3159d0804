"""What is typed behind /order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ids import ListWhich
from bot.typed import Asked, Help, List, ListOfWhat, Status, StatusOfWhat, Unknown, Word, understand


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("", Help()),
        ("   ", Help()),
        ("HELP", Help()),
        ("status ord-1", Status("ord-1")),
        ("Status  `ord-1`", Status("ord-1")),
        ("status", StatusOfWhat("")),
        ("status ord 1", StatusOfWhat("ord 1")),
        ("status <!channel>", StatusOfWhat("<!channel>")),
        ("list", List(ListWhich.PENDING)),
        ("list ALL", List(ListWhich.ALL)),
        ("list mine", ListOfWhat("mine")),
        ("statsu ord-1", Unknown("statsu", (Word.STATUS,))),
        ("lst", Unknown("lst", (Word.LIST,))),
        ("xyzzy", Unknown("xyzzy", ())),
    ],
)
def test_understanding(text: str, asked: Asked) -> None:
    """Capitals, spaces and backticks do not matter."""
    assert understand(text) == asked


@given(st.text(max_size=3000))
def test_anything_at_all_is_understood_somehow(text: str) -> None:
    """Never an exception."""
    understand(text)
