"""What can be typed in Slack: README and manifest say the same as the bot's own help."""

import re

from bot.commands.order_command import Word
from bot.views.help import help_message
from tests.unit.docs.repo import manifest, text

_HELP = [line.replace("&lt;", "<").replace("&gt;", ">") for line in help_message().text.splitlines()[1:]]


def test_the_readme_has_the_table_of_the_help() -> None:
    """Each command, in the same order and with the same words."""
    rows = re.findall(r"^\| `(/order[^`]*)` \| (.+) \|$", text("README.md"), re.MULTILINE)
    assert [f"`{command}`  {what}" for command, what in rows] == _HELP


def test_the_hint_has_each_word() -> None:
    """It is what Slack shows while somebody types."""
    (command,) = manifest()["features"]["slash_commands"]
    assert all(re.search(rf"\b{word}\b", command["usage_hint"]) for word in Word)


def test_names_arrive_with_their_ids() -> None:
    """Without escaping Slack sends @carol as it was typed, and nobody can tell which Carol that is."""
    (command,) = manifest()["features"]["slash_commands"]
    assert command["should_escape"] is True
