"""The typed Python client of the control API: act as people, from a test in this process or another."""

from collections.abc import Mapping
from types import TracebackType
from typing import Self

import aiohttp

from localdev.slack.blockkit.element_state import ElementValue
from localdev.slack.interactivity.interactions import InteractionResult, State
from localdev.slack.interactivity.modals import SubmissionResult
from localdev.slack.json_values import Json


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
        value: ElementValue = None,
        state: State | None = None,
        forge: bool = False,
        copies: int = 1,
    ) -> InteractionResult:
        """Press an element of a message and wait for the ack or its 3 seconds.

        `value` chooses an option of an overflow menu, or is put into the element; `state` is what the other
        elements hold, by block id and action id. An element or option that is not there is a ControlError
        (404 or 400), unless `forge` sends it all the same. `copies` sends the same payload in as many
        envelopes.
        """
        body: Json = {"user": user, "channel": channel, "ts": ts, "action_id": action_id, "state": state}
        body |= {"block_id": block_id, "value": value, "forge": forge, "copies": copies}
        return InteractionResult.model_validate(await self._post("click", body))

    # --- modals and the Home tab

    async def click_in_view(
        self,
        user: str,
        view_id: str,
        action_id: str,
        *,
        block_id: str | None = None,
        value: ElementValue = None,
        state: State | None = None,
    ) -> InteractionResult:
        """Press an element of a modal or a Home tab."""
        body: Json = {"user": user, "view_id": view_id, "action_id": action_id, "state": state}
        body |= {"block_id": block_id, "value": value}
        return InteractionResult.model_validate(await self._post("click", body))

    async def views(self, user: str) -> Json:
        """The user's `modals` from bottom to top, `home`, and the `trouble` that the topmost modal shows."""
        return await self._request("GET", "views", params={"user": user})

    async def wait_for_view(
        self, user: str, *, contains: str = "", kind: str | None = None, timeout: float = 10
    ) -> Json:
        """The topmost modal, else the Home tab, once its JSON holds `contains`; TimeoutError otherwise."""
        body = {"user": user, "contains": contains, "type": kind, "timeout": timeout}
        view = (await self._post("wait_for_view", body))["view"]
        if view is None:
            raise TimeoutError(f"{user} saw no view with {contains!r}; there is: {await self.views(user)}")
        return dict(view)

    async def open_home(self, user: str, tab: str = "home") -> None:
        """Open the app's Home tab (or messages); the app is sent app_home_opened."""
        await self._post("open_home", {"user": user, "tab": tab})

    async def submit_view(self, user: str, view_id: str, state: State | None = None) -> SubmissionResult:
        """Fill `state` into the topmost modal and submit it."""
        body = {"user": user, "view_id": view_id, "state": state}
        return SubmissionResult.model_validate(await self._post("submit_view", body))

    async def close_view(self, user: str, view_id: str, *, clear: bool = False) -> None:
        """Close the topmost modal, or with `clear` the whole stack."""
        await self._post("close_view", {"user": user, "view_id": view_id, "clear": clear})

    # --- messages

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

    async def edit(self, user: str, channel: str, ts: str, text: str) -> None:
        """Change one's own message."""
        await self._post("edit", {"user": user, "channel": channel, "ts": ts, "text": text})

    async def react(self, user: str, channel: str, ts: str, name: str, *, on: bool = True) -> None:
        """Give a message an emoji, or take it away."""
        body = {"user": user, "channel": channel, "ts": ts, "name": name, "on": on}
        await self._post("react", body)

    async def unread(self, user: str) -> Json:
        """By channel id: `count`, `mentions` and `first_ts` of what the user has not read."""
        return dict((await self._request("GET", "unread", params={"user": user}))["unread"])

    async def mark_read(self, user: str, channel: str) -> None:
        """The user has seen everything in the channel."""
        await self._post("mark_read", {"user": user, "channel": channel})

    async def delete_message(self, user: str, channel: str, ts: str) -> None:
        """Delete a message as its author or as an admin (alice)."""
        await self._post("delete_message", {"user": user, "channel": channel, "ts": ts})

    async def leave(self, channel: str, user: str) -> None:
        """Take a user, or the app's bot, out of a channel."""
        await self._post("membership", {"user": user, "channel": channel, "member": False})

    async def join(self, channel: str, user: str) -> None:
        """Let a user, or the app's bot, into a channel."""
        await self._post("membership", {"user": user, "channel": channel, "member": True})

    async def change_account(self, user: str, **fields: object) -> None:
        """Change what an account is: `deleted`, `is_restricted`, `is_ultra_restricted`, `home_team`."""
        await self._post("account", {"user": user, **fields})

    async def leave_group(self, group: str, user: str) -> None:
        """Take a person out of a user group."""
        await self._post("group_membership", {"user": user, "group": group, "member": False})

    async def join_group(self, group: str, user: str) -> None:
        """Put a person into a user group."""
        await self._post("group_membership", {"user": user, "group": group, "member": True})

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

    async def socket_mode(self, *, enabled: bool) -> None:
        """Switch Socket Mode off or on in the app's settings."""
        await self._post("socket_mode", {"enabled": enabled})

    # --- faults and the log

    async def cut(self) -> None:
        """Close every socket without a word."""
        await self._post("cut", {})

    async def revoke(self, kind: str, *, revoked: bool = True) -> None:
        """Revoke the `bot` or the `app` token, or bring it back."""
        await self._post("token", {"kind": kind, "revoked": revoked})

    async def rate_limits(self, *, enabled: bool | None = None, scale: float | None = None) -> None:
        """Switch rate limits on or off, or scale every allowance."""
        await self._post("rate_limits", {"enabled": enabled, "scale": scale})

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
