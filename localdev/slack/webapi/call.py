"""What a method is given, and what the registry says about it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

from localdev.slack.arguments import Arguments
from localdev.slack.models import App, Channel, ChannelKind
from localdev.slack.rate_limits import Tier
from localdev.slack.socket_mode import SocketHub
from localdev.slack.wire import Json, SlackError
from localdev.slack.workspace import Workspace


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

    def visible_channel(self, name: str = "channel", *, missing: str = "channel_not_found") -> Channel:
        """The channel that an argument names, if the bot may know that it exists."""
        channel = self.workspace.channels.get(self.args.required(name))
        if channel is None or (channel.kind is not ChannelKind.PUBLIC and not self._is_in(channel)):
            raise SlackError(missing)
        return channel

    def joined_channel(self, name: str = "channel") -> Channel:
        """The same, and the bot must be in it."""
        channel = self.visible_channel(name)
        if not self._is_in(channel):
            raise SlackError("not_in_channel")
        return channel

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
