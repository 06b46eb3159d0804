"""Watches the policy file: reloads it when it changes, and keeps the old policy if the file has errors."""

import asyncio
import signal
from pathlib import Path

import structlog

from orchestration.domain.errors import PolicyWrong
from orchestration.domain.policy.approval_policy import ApprovalPolicy
from orchestration.policy_file.load import load_policy

log = structlog.stdlib.get_logger(__name__)

POLL = 2.0
"""Seconds between two checks. Polled, since in containers the file is often a link that is replaced."""


class PolicyWatcher:
    """The policy file of a running process. Implements `orchestration.ports.policy.PolicySource`."""

    def __init__(self, path: Path) -> None:
        """Read the file for the first time. Raises PolicyWrong."""
        self._path = path
        self._seen = _state_of(path)
        self._policy, warnings = load_policy(path)
        for warning in warnings:
            log.warning("approval policy", file=str(path), line=warning.line, warning=str(warning))
        log.info("approval policy", file=str(path), digest=self._policy.digest[:12])

    @property
    def current(self) -> ApprovalPolicy:
        """The policy as it was last read without an error."""
        return self._policy

    def reload(self) -> bool:
        """Reload the file. Returns False and keeps the old policy if the file has errors."""
        self._seen = _state_of(self._path)
        try:
            policy, _ = load_policy(self._path)
        except PolicyWrong as error:
            log.error("the changed approval policy is wrong; the old one stays", problem=str(error))  # noqa: TRY400 - the sentence says it all
            return False
        if policy.digest != self._policy.digest:
            log.info("approval policy changed", file=str(self._path), digest=policy.digest[:12])
        self._policy = policy
        return True

    async def watch(self, stop: asyncio.Event, poll: float = POLL) -> None:
        """Reload the file when it changes or on SIGHUP, until `stop` is set."""
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGHUP, self.reload)
        try:
            while not stop.is_set():
                try:
                    async with asyncio.timeout(poll):
                        await stop.wait()
                except TimeoutError:
                    if _state_of(self._path) != self._seen:
                        self.reload()
        finally:
            loop.remove_signal_handler(signal.SIGHUP)


def _state_of(path: Path) -> tuple[int, int, int] | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_ino, stat.st_mtime_ns, stat.st_size
