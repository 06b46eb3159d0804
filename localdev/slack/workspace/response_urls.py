"""Short-lived grants: trigger ids, which open a view, and response urls, which answer a click or command."""

import secrets
import time
from dataclasses import dataclass
from itertools import count

from localdev.slack.wire import SlackError
from localdev.slack.workspace.models import HookKind, Message, ResponseHook
from localdev.slack.workspace.state_file import Shelf

RESPONSE_URL_SECONDS = 30 * 60
TRIGGER_SECONDS = 3


@dataclass
class Trigger:
    """Who did something just now, and in which view if it was in one; `ends` is on the monotonic clock."""

    user: str
    view_id: str | None
    ends: float
    used: bool = False


class Triggers:
    """Trigger ids: good once, for three seconds."""

    def __init__(self) -> None:
        self._known: dict[str, Trigger] = {}

    def new(self, user: str, view_id: str | None = None) -> str:
        """A trigger id for what `user` just did."""
        now = time.monotonic()
        self._known = {name: one for name, one in self._known.items() if one.ends > now - 60}
        name = f"{time.time_ns() // 1000}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        self._known[name] = Trigger(user, view_id, now + TRIGGER_SECONDS)
        return name

    def use(self, name: str) -> Trigger:
        """Spend a trigger id, or raise that it is invalid, expired or exchanged (used) already."""
        trigger = self._known.get(name)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if trigger.ends < time.monotonic():
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger


class ResponseHooks:
    """Response urls: five answers within half an hour; they outlive the process."""

    _numbers = count(1)

    def __init__(self, app_id: str, shelf: Shelf) -> None:
        self._app_id = app_id
        self._shelf = shelf
        self._known: dict[str, ResponseHook] = {}
        for body in shelf.load("hook"):
            hook = ResponseHook.model_validate_json(body)
            if hook.expires_at > time.time():
                self._known[hook.id] = hook
            else:
                shelf.drop("hook", hook.id)

    def find(self, hook_id: str) -> ResponseHook | None:
        """A response url, expired ones for a while too."""
        return self._known.get(hook_id)

    def new(self, kind: HookKind, channel: str, user: str, source: Message | None = None) -> ResponseHook:
        """A response url for what `user` just did in `channel`, at the message `source` if there is one."""
        hook = ResponseHook(
            id=f"{time.time_ns() // 1000}{next(self._numbers)}/{secrets.token_urlsafe(18)}",
            kind=kind,
            app_id=self._app_id,
            channel=channel,
            user=user,
            expires_at=time.time() + RESPONSE_URL_SECONDS,
            message_ts=source.ts if source else None,
            is_ephemeral=source is not None and source.visible_to is not None,
            thread_ts=source.thread_ts if source else None,
        )
        self.save(hook)
        self._forget_expired()
        return hook

    def save(self, hook: ResponseHook) -> None:
        """Add or replace a response url."""
        self._known[hook.id] = hook
        self._shelf.put("hook", hook.id, hook)

    def _forget_expired(self) -> None:
        """Only long after they expired: a late use is still told `expired_url`. The oldest come first."""
        while hook := next(iter(self._known.values()), None):
            if hook.expires_at + RESPONSE_URL_SECONDS > time.time():
                return
            del self._known[hook.id]
            self._shelf.drop("hook", hook.id)
