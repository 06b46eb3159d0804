"""Lists the methods of the Web API that are simulated, with their rate limits and scopes."""

from localdev.slack.webapi.call import Call, Method, TokenKind
from localdev.slack.webapi.methods import apps, chat, conversations, files, history, reactions, users, views
from localdev.slack.webapi.rate_limits import Tier

_KINDS = ("channels", "groups", "mpim", "im")


def _each(what: str) -> tuple[str, ...]:
    return tuple(f"{kind}:{what}" for kind in _KINDS)


_HISTORY, _READ = _each("history"), _each("read")
_CHAT = ("chat:write",)

METHODS = {
    method.name: method
    for method in (
        Method("apps.connections.open", apps.connections_open, Tier.NONE, TokenKind.APP),
        Method("auth.test", apps.auth_test, Tier.NONE),
        Method("bots.info", apps.bots_info, Tier.THREE, scopes=("users:read",)),
        Method("chat.delete", chat.delete, Tier.THREE, scopes=_CHAT),
        Method("chat.postEphemeral", chat.post_ephemeral, Tier.FOUR, scopes=_CHAT),
        Method("chat.postMessage", chat.post_message, Tier.POSTING, scopes=_CHAT),
        Method("chat.update", chat.update, Tier.THREE, scopes=_CHAT),
        Method(
            "conversations.history", history.history, Tier.THREE, scopes=_HISTORY, scope_by_kind="history"
        ),
        Method("conversations.info", conversations.info, Tier.THREE, scopes=_READ, scope_by_kind="read"),
        Method(
            "conversations.invite",
            conversations.invite,
            Tier.THREE,
            scopes=("channels:write.invites", "groups:write.invites", "channels:manage", "groups:write"),
        ),
        Method("conversations.join", conversations.join, Tier.THREE, scopes=("channels:join",)),
        Method("conversations.list", conversations.list_, Tier.TWO, scopes=_READ, scope_by_kind="read"),
        Method("conversations.members", conversations.members, Tier.FOUR, scopes=_READ, scope_by_kind="read"),
        Method(
            "conversations.open",
            conversations.open_,
            Tier.THREE,
            scopes=("im:write", "mpim:write"),
            scope_by_kind="write",
        ),
        Method(
            "conversations.replies", history.replies, Tier.THREE, scopes=_HISTORY, scope_by_kind="history"
        ),
        Method("files.completeUploadExternal", files.complete_upload, Tier.FOUR, scopes=("files:write",)),
        Method("files.getUploadURLExternal", files.get_upload_url, Tier.FOUR, scopes=("files:write",)),
        Method("reactions.add", reactions.add, Tier.THREE, scopes=("reactions:write",)),
        Method("reactions.get", reactions.get, Tier.THREE, scopes=("reactions:read",)),
        Method("reactions.remove", reactions.remove, Tier.TWO, scopes=("reactions:write",)),
        Method("usergroups.list", users.groups, Tier.TWO, scopes=("usergroups:read",)),
        Method("usergroups.users.list", users.group_members, Tier.TWO, scopes=("usergroups:read",)),
        Method("users.info", users.info, Tier.FOUR, scopes=("users:read",)),
        Method("users.list", users.list_, Tier.TWO, scopes=("users:read",)),
        Method("users.lookupByEmail", users.lookup_by_email, Tier.THREE, scopes=("users:read.email",)),
        Method("views.open", views.open_, Tier.FOUR),
        Method("views.publish", views.publish, Tier.FOUR),
        Method("views.push", views.push, Tier.FOUR),
        Method("views.update", views.update, Tier.FOUR),
    )
}

__all__ = ["METHODS", "Call", "Method", "TokenKind"]
