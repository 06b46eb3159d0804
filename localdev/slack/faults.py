"""Faults on demand: what real Slack does once a year, on every test run."""

import random
from enum import StrEnum
from itertools import count

from pydantic import BaseModel, ConfigDict, Field


class FaultKind(StrEnum):
    """What goes wrong. The first eight are for Web API calls, the rest for envelopes."""

    ERROR = "error"  # {"ok": false, "error": <error>}; nothing was done
    ERROR_AFTER = "error_after"  # the same answer, but it was done (Slack's internal_error)
    RATE_LIMITED = "rate_limited"  # HTTP 429 with Retry-After: <retry_after>
    HTTP_STATUS = "http_status"  # HTTP <status>, a body that is not JSON
    DELAY = "delay"  # <seconds> before anything is done
    DROP_BEFORE = "drop_before"  # the connection is cut; nothing was done
    DROP_AFTER = "drop_after"  # it was done; the connection is cut instead of an answer
    REVOKE_TOKEN = "revoke_token"  # noqa: S105 - the token of this call is revoked, from this call on
    DUPLICATE_ENVELOPE = "duplicate_envelope"  # the same envelope is sent twice
    DELAY_ENVELOPE = "delay_envelope"  # it arrives <seconds> late; its three seconds count from the click
    LOSE_ENVELOPE = "lose_envelope"  # it never arrives
    CLOSE_SOCKET = "close_socket"  # the connection is cut just before it would be sent


ENVELOPE_KINDS = frozenset(
    {
        FaultKind.DUPLICATE_ENVELOPE,
        FaultKind.DELAY_ENVELOPE,
        FaultKind.LOSE_ENVELOPE,
        FaultKind.CLOSE_SOCKET,
    }
)


class FaultRule(BaseModel):
    """When a fault strikes. `method` is an API method or, for envelopes, their type; `*` is any."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: FaultKind
    method: str = "*"
    channel: str | None = None
    nth: int = Field(default=1, ge=1, description="The first matching call that it strikes")
    times: int | None = Field(default=1, ge=1, description="How many calls it strikes; null for all of them")
    probability: float = Field(default=1.0, ge=0, le=1)
    error: str = "internal_error"
    retry_after: int = Field(default=1, ge=0, description="Seconds")
    status: int = Field(default=503, ge=400, le=599)
    seconds: float = Field(default=1.0, ge=0)


class Faults:
    """The rules in force. Random choices come from a seed, so that a run can be repeated."""

    def __init__(self, seed: int = 0) -> None:
        self._random = random.Random(seed)  # noqa: S311 - repeatable on purpose, guards nothing  # nosec B311
        self._rules: dict[str, FaultRule] = {}
        self._seen: dict[str, int] = {}
        self._struck: dict[str, int] = {}
        self._ids = count(1)

    def add(self, rule: FaultRule) -> str:
        """Put a rule in force and return its id."""
        rule_id = f"F{next(self._ids)}"
        self._rules[rule_id] = rule
        self._seen[rule_id] = self._struck[rule_id] = 0
        return rule_id

    def remove(self, rule_id: str) -> None:
        """Take one rule away; one that is gone already is no error."""
        self._rules.pop(rule_id, None)

    def clear(self) -> None:
        """Take all rules away."""
        self._rules.clear()

    def describe(self) -> list[dict[str, object]]:
        """The rules in force and how often each has struck."""
        return [
            {"id": rule_id, "struck": self._struck[rule_id], **rule.model_dump(mode="json")}
            for rule_id, rule in self._rules.items()
        ]

    def strike(self, method: str, channel: str | None, *, envelope: bool = False) -> list[FaultRule]:
        """The faults for this call. Each matching rule counts the call, struck or not."""
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
