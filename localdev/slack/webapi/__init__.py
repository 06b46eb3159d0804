"""The Web API: one line for each method that the workspace knows."""

from localdev.slack.rate_limits import Tier
from localdev.slack.webapi import apps, chat, conversations, history, users
from localdev.slack.webapi.call import Call, Method, TokenKind

_READ = ("channels:read", "groups:read", "im:read", "mpim:read")
_HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")
_OPEN = ("im:write", "channels:manage", "groups:write", "mpim:write")

METHODS = {
    method.name: method
    for method in (
        Method("apps.connections.open", apps.connections_open, Tier.NONE, TokenKind.APP),
        Method("auth.test", apps.auth_test, Tier.NONE),
        Method("chat.delete", chat.delete, Tier.THREE, scopes=("chat:write",)),
        Method("chat.postEphemeral", chat.post_ephemeral, Tier.FOUR, scopes=("chat:write",)),
        Method("chat.postMessage", chat.post_message, Tier.POSTING, scopes=("chat:write",)),
        Method("chat.update", chat.update, Tier.THREE, scopes=("chat:write",)),
        Method("conversations.history", history.history, Tier.THREE, scopes=_HISTORY),
        Method("conversations.info", conversations.info, Tier.THREE, scopes=_READ),
        Method("conversations.list", conversations.list_, Tier.TWO, scopes=_READ),
        Method("conversations.members", conversations.members, Tier.FOUR, scopes=_READ),
        Method("conversations.open", conversations.open_, Tier.THREE, scopes=_OPEN),
        Method("conversations.replies", history.replies, Tier.THREE, scopes=_HISTORY),
        Method("usergroups.users.list", users.group_members, Tier.TWO, scopes=("usergroups:read",)),
        Method("users.info", users.info, Tier.FOUR, scopes=("users:read",)),
    )
}

__all__ = ["METHODS", "Call", "Method", "TokenKind"]
