"""What a method is given, and what the registry says about it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

from localdev.slack.errors import SlackError, invalid_arguments
from localdev.slack.json_values import Json
from localdev.slack.socket_mode.hub import SocketHub
from localdev.slack.webapi.arguments import Arguments
from localdev.slack.webapi.rate_limits import Tier
from localdev.slack.workspace.models import App, Channel, ChannelKind
from localdev.slack.workspace.timestamps import as_microseconds
from localdev.slack.workspace.workspace import Workspace


class TokenKind(StrEnum):
    """What a token may be used for, by its prefix."""

    BOT = "xoxb"
    APP = "xapp"


@dataclass(frozen=True)
class Call:
    """One authorised call of a method."""

    workspace: Workspace
    sockets: SocketHub
    app: App
    args: Arguments
    scope_by_kind: str | None = None  # "history", "read" or "write": the scope depends on the channel's kind

    def visible_channel(self, name: str = "channel", *, missing: str = "channel_not_found") -> Channel:
        """The channel that an argument names, if the bot may know that it exists."""
        channel = self.workspace.channels.get(self.args.required(name))
        if channel is None or (channel.kind is not ChannelKind.PUBLIC and not self._is_in(channel)):
            raise SlackError(missing)
        self.check_kind(channel.kind)
        return channel

    def check_kind(self, kind: ChannelKind) -> None:
        """Raise `missing_scope` when the app may not do this in channels of that kind."""
        if self.scope_by_kind is not None:
            check_scopes(self.app, (_scope(kind, self.scope_by_kind),))

    def may(self, kind: ChannelKind) -> bool:
        """Whether the scopes allow this for channels of that kind."""
        if self.scope_by_kind is None or self.app.scopes is None:
            return True
        return _scope(kind, self.scope_by_kind) in self.app.scopes

    def joined_channel(self, name: str = "channel") -> Channel:
        """The same, and the bot must be in it."""
        channel = self.visible_channel(name)
        if not self._is_in(channel):
            raise SlackError("not_in_channel")
        return channel

    def thread_ts(self, channel: Channel) -> str | None:
        """The `thread_ts` that a message goes under, if one was given."""
        thread_ts = self.args.text("thread_ts")
        if not thread_ts:
            return None
        if as_microseconds(thread_ts) is None:
            raise invalid_arguments("invalid thread_ts [json-pointer:/thread_ts]")
        parent = self.workspace.message(channel.id, thread_ts)
        if parent is None or parent.visible_to is not None:
            raise SlackError("thread_not_found")
        if parent.thread_ts and parent.thread_ts != parent.ts:
            return parent.thread_ts  # a reply's own ts: Slack files it under the same parent
        return thread_ts

    def _is_in(self, channel: Channel) -> bool:
        return self.app.bot_user_id in channel.members


@dataclass(frozen=True)
class Method:
    """A line of the registry."""

    name: str
    answer: Callable[[Call], Awaitable[Json]]
    tier: Tier
    token: TokenKind = TokenKind.BOT
    scopes: tuple[str, ...] = ()  # any one of them will do
    scope_by_kind: str | None = None


def check_scopes(app: App, scopes: tuple[str, ...]) -> None:
    """Raise `missing_scope`, saying what is needed and what there is, unless the app has one of them."""
    if scopes and app.scopes is not None and not app.scopes.intersection(scopes):
        raise SlackError("missing_scope", needed=",".join(scopes), provided=",".join(sorted(app.scopes)))


_PREFIXES = {
    ChannelKind.PUBLIC: "channels",
    ChannelKind.PRIVATE: "groups",
    ChannelKind.GROUP: "mpim",
    ChannelKind.DIRECT: "im",
}


def _scope(kind: ChannelKind, what: str) -> str:
    return f"{_PREFIXES[kind]}:{what}"
