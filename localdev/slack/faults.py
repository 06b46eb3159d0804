"""Injects faults on demand: errors, delays and lost connections that are rare with real Slack."""

import random
from enum import StrEnum
from itertools import count

from pydantic import BaseModel, ConfigDict, Field


class FaultKind(StrEnum):
    """The kinds of faults. The first eight apply to Web API calls, the others to envelopes."""

    ERROR = "error"  # {"ok": false, "error": <error>}; the call had no effect
    ERROR_AFTER = "error_after"  # the same answer, but the call took effect (Slack's internal_error)
    RATE_LIMITED = "rate_limited"  # HTTP 429 with Retry-After: <retry_after>
    HTTP_STATUS = "http_status"  # HTTP <status>, a body that is not JSON
    DELAY = "delay"  # <seconds> of delay before the call takes effect
    DROP_BEFORE = "drop_before"  # the connection is cut before the call takes effect
    DROP_AFTER = "drop_after"  # the call takes effect, then the connection is cut without an answer
    REVOKE_TOKEN = "revoke_token"  # noqa: S105 - this call and all later ones find the token revoked
    DUPLICATE_ENVELOPE = "duplicate_envelope"  # the same envelope is sent twice
    DELAY_ENVELOPE = "delay_envelope"  # sent <seconds> late; the 3 seconds for the ack start at the click
    LOSE_ENVELOPE = "lose_envelope"  # not sent
    CLOSE_SOCKET = "close_socket"  # the connection is closed just before the envelope would be sent


ENVELOPE_KINDS = frozenset(
    {
        FaultKind.DUPLICATE_ENVELOPE,
        FaultKind.DELAY_ENVELOPE,
        FaultKind.LOSE_ENVELOPE,
        FaultKind.CLOSE_SOCKET,
    }
)


class FaultRule(BaseModel):
    """When a fault applies. `method` is an API method or the type of an envelope; `*` matches any."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: FaultKind
    method: str = "*"
    channel: str | None = None
    nth: int = Field(default=1, ge=1, description="The first matching call that it applies to")
    times: int | None = Field(default=1, ge=1, description="How many calls it applies to; null for all")
    probability: float = Field(default=1.0, ge=0, le=1)
    error: str = "internal_error"
    retry_after: int = Field(default=1, ge=0, description="Seconds")
    status: int = Field(default=503, ge=400, le=599)
    seconds: float = Field(default=1.0, ge=0)


class Faults:
    """The active fault rules. Random choices come from a seed, so that a run can be repeated."""

    def __init__(self, seed: int = 0) -> None:
        self._random = random.Random(seed)  # noqa: S311 - repeatable on purpose, guards nothing  # nosec B311
        self._rules: dict[str, FaultRule] = {}
        self._seen: dict[str, int] = {}
        self._struck: dict[str, int] = {}
        self._ids = count(1)

    def add(self, rule: FaultRule) -> str:
        """Add a rule and return its id."""
        rule_id = f"F{next(self._ids)}"
        self._rules[rule_id] = rule
        self._seen[rule_id] = self._struck[rule_id] = 0
        return rule_id

    def remove(self, rule_id: str) -> None:
        """Remove a rule. Does nothing if there is no such rule."""
        self._rules.pop(rule_id, None)

    def clear(self) -> None:
        """Remove all rules."""
        self._rules.clear()

    def describe(self) -> list[dict[str, object]]:
        """Return the active rules and how often each was applied."""
        return [
            {"id": rule_id, "struck": self._struck[rule_id], **rule.model_dump(mode="json")}
            for rule_id, rule in self._rules.items()
        ]

    def strike(self, method: str, channel: str | None, *, envelope: bool = False) -> list[FaultRule]:
        """Return the faults for this call. Each matching rule counts the call, also if no fault applies."""
        struck = []
        for rule_id, rule in list(self._rules.items()):
            if (rule.kind in ENVELOPE_KINDS) != envelope or rule.method not in {"*", method}:
                continue
            if rule.channel is not None and rule.channel != channel:
                continue
            self._seen[rule_id] += 1
            spent = rule.times is not None and self._struck[rule_id] >= rule.times
            if spent or self._seen[rule_id] < rule.nth or self._random.random() >= rule.probability:
                continue
            self._struck[rule_id] += 1
            struck.append(rule)
        return struck
