"""Temporal's Web UI renders Markdown; text from outside is escaped for it."""

import re

import pytest

from orchestration.domain.order.summary import escape, static_details, static_summary
from tests.unit.bot.surfaces import an_order
from tests.unit.bot.views.test_injection import HIDDEN, HOSTILE

MARKUP = re.compile(r"(?<!\\)(?:\\\\)*[`*_{}\[\]<>#|~]")


@pytest.mark.parametrize("words", [words for words in HOSTILE if "\ud83d" not in words])
def test_hostile_words_format_nothing(words: str) -> None:
    """No link, no heading, no line of their own; halves of characters the domain refuses."""
    escaped = escape(words)
    assert not MARKUP.search(escaped)
    assert not HIDDEN.search(escaped)
    assert "\n" not in escaped
    order = an_order(words).model_copy(update={"requester": "U0BOB0001"})
    assert "\n" not in static_summary(order)
    assert static_details(order).count("\n") == 2
    assert len(static_summary(order).encode()) <= 200
