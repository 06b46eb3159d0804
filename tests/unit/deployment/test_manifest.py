import re

from bot.ids import COMMAND
from tests.unit.docs.repo import ROOT, manifest

_SCOPES: dict[str, set[str]] = {
    "apps_connections_open": set(),  # by the app-level token
    "auth_test": set(),
    "chat_delete": {"chat:write"},
    "chat_postEphemeral": {"chat:write"},
    "chat_postMessage": {"chat:write"},
    "chat_update": {"chat:write"},
    "conversations_history": {"channels:history", "groups:history"},
    "conversations_info": {"channels:read", "groups:read"},
    "conversations_open": {"im:write", "im:history"},  # to post there exactly once it must be read too
    "conversations_replies": {"channels:history", "groups:history"},
    "usergroups_users_list": {"usergroups:read"},
    "users_info": {"users:read"},
    "bots_info": {"users:read"},
    "views_open": set(),
    "views_publish": set(),
    "views_push": set(),
    "views_update": set(),
}
"""Web API methods and the bot scopes that each needs in channels of both kinds, as Slack documents them."""

_FAMILIES = "apps|auth|bots|chat|conversations|files|reactions|team|usergroups|users|views"


def _methods() -> set[str]:
    calls = re.compile(rf"\.((?:{_FAMILIES})_\w+)\(")
    return {name for file in (ROOT / "bot").rglob("*.py") for name in calls.findall(file.read_text())}


def test_the_scopes_are_those_that_the_bot_needs() -> None:
    """Not one less, and not one more."""
    methods = _methods()
    assert "chat_postMessage" in methods
    assert methods <= set(_SCOPES), "add the method with its scopes to the table above"
    needed = {"commands"}.union(*(_SCOPES[method] for method in methods))
    assert set(manifest()["oauth_config"]["scopes"]["bot"]) == needed


def test_the_command_is_the_one_that_the_bot_listens_to() -> None:
    """Slack would otherwise not offer it."""
    assert [command["command"] for command in manifest()["features"]["slash_commands"]] == [COMMAND]


def test_socket_mode_and_buttons_are_on() -> None:
    """There is no public address to send them to."""
    settings = manifest()["settings"]
    assert settings["socket_mode_enabled"] is True
    assert settings["interactivity"]["is_enabled"] is True
    assert "request_url" not in str(manifest())
