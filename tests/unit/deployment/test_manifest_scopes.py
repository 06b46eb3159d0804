"""The manifest grants what the bot uses, and no more."""

import re
from pathlib import Path

import yaml

from bot.commands.order_command import Word
from bot.ids import COMMAND

ROOT = Path(__file__).parents[3]
MANIFEST = yaml.safe_load((ROOT / "manifest.yml").read_text())

# Web API method, as the SDK names it -> the bot scopes that Slack's reference asks for.
SCOPES = {
    "auth_test": set(),
    "apps_connections_open": set(),  # the app-level token's own scope, which no manifest can hold
    "chat_postMessage": {"chat:write"},
    "chat_update": {"chat:write"},
    "chat_delete": {"chat:write"},  # of its own messages: one that is there twice
    "chat_postEphemeral": {"chat:write"},
    "conversations_history": {"channels:history", "groups:history"},
    "conversations_replies": {"channels:history", "groups:history"},
    "conversations_open": {"im:write", "im:history"},  # to post there exactly once it must be read too
    "conversations_info": {"channels:read", "groups:read"},
    "usergroups_users_list": {"usergroups:read"},
    "users_info": {"users:read"},
    "bots_info": {"users:read"},
    "views_open": set(),
}


def test_the_scopes_are_those_of_the_methods_in_use() -> None:
    """Found in the source; a new method has to be added to the table above."""
    source = "\n".join(path.read_text() for path in (ROOT / "bot").rglob("*.py"))
    families = r"auth|apps|chat|conversations|usergroups|users|views|files|reactions|bots|team|pins|reminders"
    used = set(re.findall(rf"slack\.((?:{families})_\w+)", source))
    assert used == set(SCOPES)
    scopes = MANIFEST["oauth_config"]["scopes"]["bot"]
    assert len(scopes) == len(set(scopes))
    assert set(scopes) == set.union(*SCOPES.values()) | {"commands"}


def test_the_command_is_the_one_that_the_bot_listens_to() -> None:
    """With every word in its hint, but help's."""
    (command,) = MANIFEST["features"]["slash_commands"]
    assert command["command"] == COMMAND
    assert all(word in command["usage_hint"] for word in Word)


def test_it_works_without_a_public_address() -> None:
    """Socket Mode, with buttons."""
    settings = MANIFEST["settings"]
    assert settings["socket_mode_enabled"] is True
    assert settings["interactivity"] == {"is_enabled": True}
    assert "event_subscriptions" not in settings
