"""A typed Python client of the control API, for tests that act as people in the workspace."""

from collections.abc import Mapping
from types import TracebackType
from typing import Self

import aiohttp

from localdev.slack.blockkit.element_state import ElementValue, ElementValues
from localdev.slack.interactivity.delivery import InteractionResult
from localdev.slack.interactivity.modals import SubmissionResult
from localdev.slack.json_values import Json


class ControlError(Exception):
    """The simulator refused the request. The message says why; `status` is the HTTP status."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


class WorkspaceClient:
    """The client: `async with WorkspaceClient(slack.url) as people:`. Users and channels are ids or names."""

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
        state: ElementValues | None = None,
        forge: bool = False,
        copies: int = 1,
    ) -> InteractionResult:
        """Click an element of a message and wait for the ack, 3 seconds at most.

        `value` is the chosen option of an overflow menu, or the new value of the element; `state` has the
        values of the other elements, by block id and action id. ControlError (404 or 400) if there is no such
        element or option, unless `forge` sends the click anyway. `copies` sends the payload in that many
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
        state: ElementValues | None = None,
    ) -> InteractionResult:
        """Click an element of a modal or a Home tab."""
        body: Json = {"user": user, "view_id": view_id, "action_id": action_id, "state": state}
        body |= {"block_id": block_id, "value": value}
        return InteractionResult.model_validate(await self._post("click", body))

    async def views(self, user: str) -> Json:
        """Return the user's `modals` from bottom to top, `home`, and the topmost modal's `trouble`."""
        return await self._request("GET", "views", params={"user": user})

    async def wait_for_view(
        self, user: str, *, contains: str = "", kind: str | None = None, timeout: float = 10
    ) -> Json:
        """Return the topmost modal, else the Home tab, once its JSON has `contains`; or TimeoutError."""
        body = {"user": user, "contains": contains, "type": kind, "timeout": timeout}
        view = (await self._post("wait_for_view", body))["view"]
        if view is None:
            raise TimeoutError(f"{user} saw no view with {contains!r}; there is: {await self.views(user)}")
        return dict(view)

    async def open_home(self, user: str, tab: str = "home") -> None:
        """Open the app's Home or Messages tab, which sends `app_home_opened` to the app."""
        await self._post("open_home", {"user": user, "tab": tab})

    async def submit_view(
        self, user: str, view_id: str, state: ElementValues | None = None
    ) -> SubmissionResult:
        """Fill `state` into the topmost modal and submit the modal."""
        body = {"user": user, "view_id": view_id, "state": state}
        return SubmissionResult.model_validate(await self._post("submit_view", body))

    async def close_view(self, user: str, view_id: str, *, clear: bool = False) -> None:
        """Close the topmost modal, or all modals with `clear`."""
        await self._post("close_view", {"user": user, "view_id": view_id, "clear": clear})

    # --- messages

    async def command(self, user: str, channel: str, text: str) -> InteractionResult:
        """Send a slash command, such as `/order help`, and wait for the ack, 3 seconds at most."""
        body = {"user": user, "channel": channel, "text": text}
        return InteractionResult.model_validate(await self._post("command", body))

    async def messages(self, user: str, channel: str, thread_ts: str | None = None) -> list[Json]:
        """Return the messages that the user sees, oldest first. Ephemeral ones have `is_ephemeral`."""
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
        """Return the newest message, reply or ephemeral whose text or blocks (as JSON) contain `contains`.

        Waits up to `timeout` seconds for it, then raises TimeoutError that lists the last messages.
        `ts` looks at one message only; `since` only at messages that were posted or edited after that `ts`.
        """
        body: Json = {"user": user, "channel": channel, "contains": contains}
        answer = await self._post("wait_for_message", body | {"ts": ts, "since": since, "timeout": timeout})
        if answer["message"] is None:
            seen = "\n".join(f"  {m['ts']} {m['user']}: {m['text'][:200]!r}" for m in answer["seen"])
            raise TimeoutError(f"{user} saw nothing with {contains!r} in {channel}; last there:\n{seen}")
        return dict(answer["message"])

    async def post(self, user: str, channel: str, text: str, thread_ts: str | None = None) -> str:
        """Post a message as a person and return its `ts`."""
        body = {"user": user, "channel": channel, "text": text, "thread_ts": thread_ts}
        return str((await self._post("post", body))["ts"])

    async def edit(self, user: str, channel: str, ts: str, text: str) -> None:
        """Change the text of the user's own message."""
        await self._post("edit", {"user": user, "channel": channel, "ts": ts, "text": text})

    async def react(self, user: str, channel: str, ts: str, name: str, *, on: bool = True) -> None:
        """Add a reaction, or remove it with `on=False`."""
        body = {"user": user, "channel": channel, "ts": ts, "name": name, "on": on}
        await self._post("react", body)

    async def unread(self, user: str) -> Json:
        """Return `count`, `mentions` and `first_ts` of the unread messages, by channel id."""
        return dict((await self._request("GET", "unread", params={"user": user}))["unread"])

    async def mark_read(self, user: str, channel: str) -> None:
        """Mark the whole channel as read."""
        await self._post("mark_read", {"user": user, "channel": channel})

    async def delete_message(self, user: str, channel: str, ts: str) -> None:
        """Delete a message as its author or as an admin (alice)."""
        await self._post("delete_message", {"user": user, "channel": channel, "ts": ts})

    async def leave(self, channel: str, user: str) -> None:
        """Remove a user, or the app's bot, from a channel."""
        await self._post("membership", {"user": user, "channel": channel, "member": False})

    async def join(self, channel: str, user: str) -> None:
        """Add a user, or the app's bot, to a channel."""
        await self._post("membership", {"user": user, "channel": channel, "member": True})

    async def change_account(self, user: str, **fields: object) -> None:
        """Change fields of an account: `deleted`, `is_restricted`, `is_ultra_restricted`, `home_team`."""
        await self._post("account", {"user": user, **fields})

    async def leave_group(self, group: str, user: str) -> None:
        """Remove a user from a user group."""
        await self._post("group_membership", {"user": user, "group": group, "member": False})

    async def join_group(self, group: str, user: str) -> None:
        """Add a user to a user group."""
        await self._post("group_membership", {"user": user, "group": group, "member": True})

    # --- the app's connections

    async def connections(self) -> int:
        """Return how many Socket Mode connections the app has open."""
        return int((await self._request("GET", "connections"))["connections"])

    async def wait_for_connections(self, n: int, timeout: float = 10) -> None:
        """Wait until the app has exactly `n` connections open; TimeoutError after `timeout` seconds."""
        answer = await self._post("wait_for_connections", {"n": n, "timeout": timeout})
        if not answer["reached"]:
            raise TimeoutError(f"{answer['connections']} connections are open, not {n}")

    async def disconnect(self, reason: str) -> None:
        """Send a disconnect frame to every connection: warning, refresh_requested or link_disabled."""
        await self._post("disconnect", {"reason": reason})

    async def socket_mode(self, *, enabled: bool) -> None:
        """Switch Socket Mode on or off in the app's settings."""
        await self._post("socket_mode", {"enabled": enabled})

    # --- faults and the log

    async def cut(self) -> None:
        """Close every connection without a disconnect frame."""
        await self._post("cut", {})

    async def revoke(self, kind: str, *, revoked: bool = True) -> None:
        """Revoke the `bot` or the `app` token, or make it valid again."""
        await self._post("token", {"kind": kind, "revoked": revoked})

    async def rate_limits(self, *, enabled: bool | None = None, scale: float | None = None) -> None:
        """Switch rate limits on or off, or multiply every allowance by `scale`."""
        await self._post("rate_limits", {"enabled": enabled, "scale": scale})

    async def add_fault(self, **rule: object) -> str:
        """Add a fault rule (fields of `faults.FaultRule`, at least `kind`) and return its id."""
        return str((await self._post("faults", rule))["id"])

    async def clear_faults(self) -> None:
        """Remove every fault rule."""
        await self._request("DELETE", "faults")

    async def calls(self, method: str | None = None, kind: str = "api") -> list[Json]:
        """Return the log of Web API calls, or of `kind` hook, frame_in or frame_out; oldest first."""
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
