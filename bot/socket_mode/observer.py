"""The interface through which `Replicas` follows the connections that `SocketModeRunner` opens and closes."""

from bot.socket_mode.connection import Hello


class ConnectionObserver:
    """Hears of each connection and can ask for a new one. This base class does nothing."""

    async def connecting(self, connections: int) -> None:
        """Called before a connection is opened. `connections` includes the new one."""

    async def connected(self, hello: Hello) -> None:
        """Called with the hello message that Slack sent over a new connection."""

    async def disconnected(self, connections: int) -> None:
        """Called after a connection was closed. `connections` are left."""

    def wants_reconnect(self) -> bool:
        """Return whether a new connection should replace the present one, for the count in its hello."""
        return False
