"""Stores trigger ids, with which an app opens a modal."""

import secrets
import time
from dataclasses import dataclass

from localdev.slack.errors import SlackError

TRIGGER_SECONDS = 3


@dataclass
class Trigger:
    """The user whose action made the trigger id, and the view of the action. `ends` is monotonic time."""

    user: str
    view_id: str | None
    ends: float
    used: bool = False


class Triggers:
    """The trigger ids. Each is valid once, for three seconds."""

    def __init__(self) -> None:
        self._known: dict[str, Trigger] = {}

    def new(self, user: str, view_id: str | None = None) -> str:
        """Return a new trigger id for an action of `user`."""
        now = time.monotonic()
        self._known = {name: one for name, one in self._known.items() if one.ends > now - 60}
        name = f"{time.time_ns() // 1000}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        self._known[name] = Trigger(user, view_id, now + TRIGGER_SECONDS)
        return name

    def use(self, name: str) -> Trigger:
        """Use up a trigger id. Raises SlackError if it is invalid, expired or already used."""
        trigger = self._known.get(name)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if trigger.ends < time.monotonic():
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger
