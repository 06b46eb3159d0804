"""The typed Python client of the control API: act as people, from a test in this process or another."""

from collections.abc import Mapping
from types import TracebackType
from typing import Self

import aiohttp

from localdev.slack.people import InteractionResult
from localdev.slack.wire import Json


class ControlError(Exception):
    """The simulator refused; the message says why."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


class WorkspaceClient:
    """`async with WorkspaceClient(slack.url) as people:`. Users and channels by id or name."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url.rstrip("/")
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=150))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    # --- people

    async def click(
        self,
        user: str,
        channel: str,
        ts: str,
        action_id: str,
        *,
        block_id: str | None = None,
        value: str | None = None,
        forge: bool = False,
        copies: int = 1,
    ) -> InteractionResult:
        """Press a button (or choose the option `value` of a menu) and wait for the ack or its 3 seconds.

        A button that is not there is a ControlError with status 404, unless `forge` sends it all the same.
        `copies` sends the same payload in as many envelopes.
        """
        body: Json = {"user": user, "channel": channel, "ts": ts, "action_id": action_id}
        body |= {"block_id": block_id, "value": value, "forge": forge, "copies": copies}
        return InteractionResult.model_validate(await self._post("click", body))

    async def command(self, user: str, channel: str, text: str) -> InteractionResult:
        """Type a slash command, name and all, and wait for the ack or its 3 seconds."""
        body = {"user": user, "channel": channel, "text": text}
        return InteractionResult.model_validate(await self._post("command", body))

    async def messages(self, user: str, channel: str, thread_ts: str | None = None) -> list[Json]:
        """What that user sees, oldest first, own ephemerals included and marked `is_ephemeral`."""
        answer = await self._post("messages", {"user": user, "channel": channel, "thread_ts": thread_ts})
        return list(answer["messages"])

    async def wait_for_message(
        self,
        user: str,
        channel: str,
        *,
        contains: str,
        ts: str | None = None,
        since: str | None = None,
        timeout: float = 10,
    ) -> Json:
        """The newest message, reply or ephemeral whose text or blocks (as JSON) hold `contains`.

        Waits up to `timeout` seconds for it to be posted or edited so; then TimeoutError, with what is there.
        `ts` looks at one message only; `since` leaves out all that is not newer than that `ts`.
        """
        body: Json = {"user": user, "channel": channel, "contains": contains}
        answer = await self._post("wait_for_message", body | {"ts": ts, "since": since, "timeout": timeout})
        if answer["message"] is None:
            seen = "\n".join(f"  {m['ts']} {m['user']}: {m['text'][:200]!r}" for m in answer["seen"])
            raise TimeoutError(f"{user} saw nothing with {contains!r} in {channel}; last there:\n{seen}")
        return dict(answer["message"])

    async def post(self, user: str, channel: str, text: str, thread_ts: str | None = None) -> str:
        """Write a message as a person; its `ts`."""
        body = {"user": user, "channel": channel, "text": text, "thread_ts": thread_ts}
        return str((await self._post("post", body))["ts"])

    async def delete_message(self, user: str, channel: str, ts: str) -> None:
        """Delete a message as its author or as an admin (alice)."""
        await self._post("delete_message", {"user": user, "channel": channel, "ts": ts})

    async def leave(self, channel: str, user: str) -> None:
        """Take a user, or the app's bot, out of a channel."""
        await self._post("membership", {"user": user, "channel": channel, "member": False})

    async def join(self, channel: str, user: str) -> None:
        """Let a user, or the app's bot, into a channel."""
        await self._post("membership", {"user": user, "channel": channel, "member": True})

    # --- the app's connections

    async def connections(self) -> int:
        """How many sockets the app has open."""
        return int((await self._request("GET", "connections"))["connections"])

    async def wait_for_connections(self, n: int, timeout: float = 10) -> None:
        """Return when the app has exactly `n` sockets open; TimeoutError after `timeout` seconds."""
        answer = await self._post("wait_for_connections", {"n": n, "timeout": timeout})
        if not answer["reached"]:
            raise TimeoutError(f"{answer['connections']} connections are open, not {n}")

    async def disconnect(self, reason: str) -> None:
        """Send a disconnect frame to every socket: warning, refresh_requested or link_disabled."""
        await self._post("disconnect", {"reason": reason})

    # --- faults and the log

    async def add_fault(self, **rule: object) -> str:
        """Put a fault in force (fields of `faults.FaultRule`, `kind` at least); its id."""
        return str((await self._post("faults", rule))["id"])

    async def clear_faults(self) -> None:
        """Take every fault away."""
        await self._request("DELETE", "faults")

    async def calls(self, method: str | None = None, kind: str = "api") -> list[Json]:
        """The log: Web API calls, or with `kind` hook, frame_in or frame_out; oldest first."""
        params = {"kind": kind} | ({"method": method} if method else {})
        return list((await self._request("GET", "calls", params=params))["calls"])

    async def _post(self, path: str, body: Mapping[str, object]) -> Json:
        return await self._request("POST", path, body=body)

    async def _request(
        self,
        verb: str,
        path: str,
        *,
        body: Mapping[str, object] | None = None,
        params: Mapping[str, str] | None = None,
    ) -> Json:
        if self._session is None:
            raise RuntimeError("use `async with WorkspaceClient(...)`")
        url = f"{self._base_url}/control/{path}"
        async with self._session.request(verb, url, json=body, params=params) as response:
            answer = await response.json()
            if response.status != 200:
                raise ControlError(response.status, answer.get("error", response.reason))
            return dict(answer)
