"""What the supervisor needs of a server, and the base class of the servers that localdev starts."""

from abc import ABC, abstractmethod
from types import TracebackType
from typing import Protocol, Self

from localdev.processes.child import Child


class Server(Protocol):
    """A server that can be started, watched and stopped."""

    async def start(self) -> None:
        """Start the server and return when it is ready. Raises LocaldevError if it does not get ready."""

    async def wait(self) -> int:
        """Wait until the server ends; return its exit code, negative for a signal."""

    async def stop(self) -> None:
        """Let the server finish its work and end. Does nothing if it does not run."""

    def kill(self) -> None:
        """Kill the server at once. Does nothing if it does not run."""


class ServerProcess(ABC):
    """A server that runs as one child process. An async context manager that starts and stops the server.

    `title` names the server in error messages.
    """

    def __init__(self, title: str) -> None:
        self.title = title
        self._child: Child | None = None

    @abstractmethod
    async def start(self) -> None:
        """See Server.start."""

    @abstractmethod
    async def stop(self) -> None:
        """See Server.stop."""

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    @property
    def pid(self) -> int:
        """The process id. RuntimeError before the first start."""
        return self._started().pid

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._child is not None and self._child.alive

    async def wait(self) -> int:
        """Wait until the process ends; return its exit code, negative for a signal."""
        return await self._started().wait()

    def kill(self) -> None:
        """Kill the process at once. Does nothing if it does not run."""
        if self._child is not None:
            self._child.kill()

    def _started(self) -> Child:
        if self._child is None:
            raise RuntimeError(f"{self.title} was not started")
        return self._child
