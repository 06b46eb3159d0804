"""What can be typed and clicked in Slack: docs/slack.md and the manifest say the same as the bot."""

import re

from bot.commands.order_command import Word
from bot.views.card import _MENU
from bot.views.help import help_message
from tests.unit.docs.pages import rows, sections
from tests.unit.docs.repo import manifest, text

_HELP = [line.replace("&lt;", "<").replace("&gt;", ">") for line in help_message().text.splitlines()[1:]]


def test_the_page_has_the_table_of_the_help() -> None:
    """Each command, in the same order and with the same words."""
    found = re.findall(r"^\| `(/order[^`]*)` \| (.+) \|$", text("docs/slack.md"), re.MULTILINE)
    assert [f"`{command}`  {what}" for command, what in found] == _HELP


def test_each_word_is_on_the_page() -> None:
    """Also one that the help forgets."""
    assert all(f"`/order {word}" in text("docs/slack.md") for word in Word)


def test_the_menu_has_each_entry() -> None:
    """With the words that the card shows, in the same order."""
    assert [row[0] for row in rows(sections("docs/slack.md")["The card"])] == list(_MENU.values())


def test_the_hint_has_each_word() -> None:
    """It is what Slack shows while somebody types."""
    (command,) = manifest()["features"]["slash_commands"]
    assert all(re.search(rf"\b{word}\b", command["usage_hint"]) for word in Word)


def test_names_arrive_with_their_ids() -> None:
    """Without escaping Slack sends @carol as it was typed, and nobody can tell which Carol that is."""
    (command,) = manifest()["features"]["slash_commands"]
    assert command["should_escape"] is True
