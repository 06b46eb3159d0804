"""Checks rendered messages and modals against Slack's limits, and against forged mentions and links."""

import re

from bot.block_kit.text import Json, Message, width
from localdev.slack.blockkit.validation import problems_of

# Everything that our own code may write between angle brackets.
OURS = re.compile(
    r"<(?:@[UW][A-Z0-9]{2,30}|#[CDG][A-Z0-9]{2,30}|!subteam\^S[A-Z0-9]{2,20}"
    r"|!date\^\d+\^\{date_short_pretty\} at \{time\}\|\d{4}-\d\d-\d\d \d\d:\d\d UTC)>"
)


def check(message: Message) -> None:
    """Fail unless Slack would take the message and nothing in it is forged."""
    assert 0 < len(message.text) <= 4000
    assert width(message.text) <= 4000
    assert problems_of(message.blocks) == []
    check_brackets(message.text)
    for text in texts(message.blocks):
        if text["type"] == "mrkdwn":
            check_brackets(text["text"])
        else:
            assert "<" not in text["text"]
            assert ">" not in text["text"]
        check_entities(text["text"])


def check_brackets(text: str) -> None:
    """Fail on any markup that is not ours."""
    rest = OURS.sub("", text)
    assert "<" not in rest, rest
    assert ">" not in rest, rest


def check_entities(text: str) -> None:
    """Fail on an entity that was cut, or an ampersand that was not escaped."""
    assert "&" not in re.sub(r"&(?:amp|lt|gt);", "", text)


def texts(value: object) -> list[Json]:
    """Every text object in there."""
    if isinstance(value, list):
        return [text for each in value for text in texts(each)]
    if not isinstance(value, dict):
        return []
    own = [value] if value.get("type") in {"plain_text", "mrkdwn"} else []
    return own + [text for each in value.values() for text in texts(each)]
