"""Texts are escaped, and cut to Slack's limits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.block_kit.text import escape, join, person, plain, slack_date, width
from tests.unit.bot.slack_rules import check_entities
from tests.unit.bot.strategies import NOW


@given(st.text(), st.integers(1, 200))
def test_clipped_text_fits_and_no_entity_is_cut(text: str, limit: int) -> None:
    """Whatever is in it."""
    clipped = escape(text, limit)
    assert width(clipped) <= limit
    check_entities(clipped)
    assert "<" not in clipped


@pytest.mark.parametrize(
    ("text", "limit", "clipped"),
    [
        ("R&D <b>", 100, "R&amp;D &lt;b&gt;"),
        ("a&b", 7, "a&amp;b"),
        ("a&bc", 7, "a&amp;…"),
        ("a&b", 6, "a…"),
        ("ab 👍🏽", 5, "ab…"),
        ("👩‍👩‍👧", 4, "👩…"),
    ],
)
def test_clipping(text: str, limit: int, clipped: str) -> None:
    """The limit holds after escaping; a character of several parts is dropped whole."""
    assert escape(text, limit) == clipped


def test_what_is_left_out_of_a_joined_text_is_marked() -> None:
    """Whole parts go, never half of one."""
    assert join(["aaa", "<@U0ALICE01>", "b"], limit=10) == "aaa\n…"
    assert join(["aaa", "b"], limit=10) == "aaa\nb"


def test_people_are_mentioned_and_services_named() -> None:
    """Only what has the form of a Slack user id is a mention."""
    assert person("U0ALICE01") == "<@U0ALICE01>"
    assert person("svc-import") == "svc-import"
    assert person("UPPER_CASE") == "UPPER_CASE"


def test_a_date_has_a_fallback_for_those_who_cannot_show_it() -> None:
    """In UTC."""
    assert slack_date(NOW) == "<!date^1772368200^{date_short_pretty} at {time}|2026-03-01 12:30 UTC>"


def test_plain_text_is_never_empty() -> None:
    """Slack refuses an empty text object."""
    assert plain("")["text"] == "-"
