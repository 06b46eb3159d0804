"""Defines a call of a Web API method, and an entry of the method registry."""

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
    """The kinds of tokens, by their prefix."""

    BOT = "xoxb"
    APP = "xapp"


@dataclass(frozen=True)
class Call:
    """A call of a method whose token and scopes were checked."""

    workspace: Workspace
    sockets: SocketHub
    app: App
    args: Arguments
    scope_by_kind: str | None = None  # "history", "read" or "write": the scope depends on the channel's kind

    def visible_channel(self, name: str = "channel", *, missing: str = "channel_not_found") -> Channel:
        """Return the channel that an argument names. Raises `missing` if the bot cannot see it."""
        channel = self.workspace.channels.get(self.args.required(name))
        if channel is None or (channel.kind is not ChannelKind.PUBLIC and not self._is_in(channel)):
            raise SlackError(missing)
        self.check_kind(channel.kind)
        return channel

    def check_kind(self, kind: ChannelKind) -> None:
        """Raise `missing_scope` if the app may not call this method for channels of that kind."""
        if self.scope_by_kind is not None:
            check_scopes(self.app, (_scope(kind, self.scope_by_kind),))

    def may(self, kind: ChannelKind) -> bool:
        """Return whether the scopes allow this method for channels of that kind."""
        if self.scope_by_kind is None or self.app.scopes is None:
            return True
        return _scope(kind, self.scope_by_kind) in self.app.scopes

    def joined_channel(self, name: str = "channel") -> Channel:
        """Return the channel that an argument names. Raises `not_in_channel` if the bot is not a member."""
        channel = self.visible_channel(name)
        if not self._is_in(channel):
            raise SlackError("not_in_channel")
        return channel

    def thread_ts(self, channel: Channel) -> str | None:
        """Return the `ts` of the parent message for the argument `thread_ts`; None without that argument."""
        thread_ts = self.args.text("thread_ts")
        if not thread_ts:
            return None
        if as_microseconds(thread_ts) is None:
            raise invalid_arguments("invalid thread_ts [json-pointer:/thread_ts]")
        parent = self.workspace.message(channel.id, thread_ts)
        if parent is None or parent.visible_to is not None:
            raise SlackError("thread_not_found")
        if parent.thread_ts and parent.thread_ts != parent.ts:
            return parent.thread_ts  # the ts of a reply: Slack uses the reply's parent
        return thread_ts

    def _is_in(self, channel: Channel) -> bool:
        return self.app.bot_user_id in channel.members


@dataclass(frozen=True)
class Method:
    """An entry of the registry."""

    name: str
    answer: Callable[[Call], Awaitable[Json]]
    tier: Tier
    token: TokenKind = TokenKind.BOT
    scopes: tuple[str, ...] = ()  # one of them is enough
    scope_by_kind: str | None = None


def check_scopes(app: App, scopes: tuple[str, ...]) -> None:
    """Raise `missing_scope` unless the app has one of these scopes."""
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
