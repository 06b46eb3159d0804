"""Hostile text changes only the place where it is shown, and is never markup there."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.block_kit.text import Json, escape, mrkdwn, plain
from orchestration.domain.sanitize import sanitize
from tests.unit.bot.slack_rules import texts
from tests.unit.bot.surfaces import SURFACES

MARK = "QQQ"
HOSTILE = [
    "<!channel>",
    "<!here|here>",
    "<!everyone>",
    "<@U0EVE0001>",
    "<#C0EVE0001>",
    "<!subteam^S0EVE>",
    "<https://evil.example|Approve>",
    "<!date^1^{date}^https://evil.example|now>",
    "*Approved by the CFO*",
    "_x_ ~y~ `z` ```w```",
    "&lt;!channel&gt; &amp;lt;",
    ":white_check_mark: Approved",
    "a\nApproved by <@U0ALICE01>",
    "a\r\n&gt; quoted",
    "a\u2028b\u2029c\x85d\x0be\x0cf",
    "\u202egnp.exe\u202c",
    "\u2066isolate\u2069 \u061c \u200e\u200f",
    "zero\u200bwidth\u2060\ufeff\u00ad",
    "\x00\x07\x1b[2J\x1b]0;title\x07\x9b31m",
    "half \ud83d of a pair",
    "[link](https://evil.example) <script>alert(1)</script>",
]
# What Slack makes something of: formatting at the end of a word, an emoji's name.
ACTIVE = re.compile(r"`|(?<!\w)[*_~]|[*_~](?!\w)|:[\w+'-]+:")
HIDDEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\u00ad\u061c\ud800-\udfff]"
)


def shown(surface: str, words: str) -> list[Json]:
    """Every text of a surface, the message's own first."""
    message = SURFACES[surface](words)
    return [mrkdwn(message.text), *texts(message.blocks)]


def check_inert(text: Json) -> None:
    """Fail if anything in what came from outside would be more than read."""
    said = text["text"]
    assert "<" not in said
    assert ">" not in said
    assert "\n" not in said
    assert not HIDDEN.search(said), said
    assert "&" not in re.sub(r"&(?:amp|lt|gt);", "", said)
    if text["type"] == "mrkdwn":
        assert not ACTIVE.search(said), said


@pytest.mark.parametrize("surface", SURFACES)
def test_hostile_words_change_their_own_place_only(surface: str) -> None:
    """Drawn with harmless words and with hostile ones: the rest is the same, and what differs is inert."""
    before = shown(surface, MARK)
    for words in HOSTILE:
        after = shown(surface, words)
        assert [each["type"] for each in before] == [each["type"] for each in after]
        for harmless, hostile in zip(before, after, strict=True):
            _compare(harmless["text"], hostile)


def _compare(harmless: str, hostile: Json) -> None:
    first, *parts = harmless.split(MARK)
    rest = hostile["text"]
    assert rest.startswith(first)
    rest = rest.removeprefix(first)
    for part in parts:
        said, found, rest = rest.partition(part) if part else (rest, "", "")
        assert found == part, hostile
        check_inert({"type": hostile["type"], "text": said})
    assert rest == ""


@pytest.mark.parametrize("surface", SURFACES)
def test_each_surface_does_show_words_from_outside(surface: str) -> None:
    """Else the test above would show nothing."""
    message = SURFACES[surface](MARK)
    assert MARK in message.text or MARK in str(message.blocks)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(sorted(SURFACES)),
    st.lists(st.sampled_from([*HOSTILE, "a", " ", "漢", "*", "_", ":", "`", "x" * 400]), max_size=30),
)
def test_any_mixture_forges_nothing(surface: str, words: list[str]) -> None:
    """However long, and wherever it is cut."""
    for text in shown(surface, "".join(words) or "x"):
        assert not HIDDEN.search(text["text"])
        for mention in re.findall(r"<[^>]*>", text["text"]):
            assert "EVE" not in mention
            assert "evil" not in mention
            assert mention not in {"<!channel>", "<!here|here>", "<!everyone>"}


@given(st.text(), st.integers(1, 300))
def test_escaped_words_are_inert(words: str, limit: int) -> None:
    """Formatted text and plain text."""
    check_inert(mrkdwn(escape(words, limit)))
    check_inert(plain(words or "-", limit))


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ("Müller & Söhne", "Müller &amp; Söhne"),
        ("5*3 and snake_case", "5*3 and snake_case"),
        ("at 14:30, ord_1042", "at 14:30, ord_1042"),
        ("👩‍👩‍👧‍👦 漢字 ünï", "👩‍👩‍👧‍👦 漢字 ünï"),
        ("می‌خواهم", "می‌خواهم"),
        ("*bold*", "\u2217bold\u2217"),
    ],
)
def test_ordinary_words_stay_as_they_are(words: str, read: str) -> None:
    """Also those with a letter in them that could format something elsewhere."""
    assert escape(words, 100) == read


def test_legible_text_is_one_line() -> None:
    """For logs and terminals as well."""
    assert sanitize("a\r\nb\tc\x1b[31md\u202ee\ud800") == "a  b c\ufffd[31md\ufffde\ufffd"
