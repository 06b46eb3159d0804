"""Turns typed text into Slack's stored form, as Slack's clients do before they send a message."""

import re

from localdev.slack.workspace.workspace import Workspace

_NAMED = re.compile(r"(?<![\w@#/])([@#])([\w.-]*\w)|(https?://[^\s<>|]+[^\s<>|.,;:!?)\]}'\"])")
_LOUD = frozenset({"here", "channel", "everyone"})


def escape(text: str) -> str:
    """Replace `&`, `<` and `>` by entities."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def link_mentions(workspace: Workspace, text: str) -> str:
    """Escape the text and turn `@alice`, `#general` and URLs into `<@U...>`, `<#C...>` and `<https...>`."""

    def reference(found: re.Match[str]) -> str:
        mark, name, url = found.groups()
        if url:
            return f"<{url}>"
        if mark == "#":
            channel = workspace.channel_named(name)
            return f"<#{channel.id}|{channel.name}>" if channel and channel.name else found[0]
        if name in _LOUD:
            return f"<!{name}>"
        if group := next((one for one in workspace.groups.values() if one.handle == name), None):
            return f"<!subteam^{group.id}|@{group.handle}>"
        user = next((one for one in workspace.users.values() if one.name == name), None)
        return f"<@{user.id}>" if user else found[0]

    return _NAMED.sub(reference, escape(text))
