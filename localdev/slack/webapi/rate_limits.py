"""Enforces Slack's rate limits: one tier for each method, and about one message per second and channel."""

import math
import time
from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True)
class Allowance:
    """The calls that are allowed: `per_minute` on average, `burst` at once."""

    per_minute: float
    burst: float


class Tier(Enum):
    """Slack's tiers. Slack does not publish the bursts; these are our choice."""

    ONE = Allowance(1, 2)
    TWO = Allowance(20, 20)
    THREE = Allowance(50, 50)
    FOUR = Allowance(100, 100)
    POSTING = Allowance(60, 5)  # per channel
    NONE = Allowance(math.inf, math.inf)


@dataclass
class _Bucket:
    tokens: float
    at: float


class RateLimits:
    """A token bucket for each method, and for each channel when posting.

    `scale` multiplies every allowance.
    """

    def __init__(self, *, enabled: bool = False, scale: float = 1.0) -> None:
        self.enabled = enabled
        self.scale = scale
        self._buckets: dict[tuple[str, str | None], _Bucket] = {}

    def describe(self) -> dict[str, bool | float]:
        """Return the settings as JSON."""
        return {"enabled": self.enabled, "scale": self.scale}

    def take(self, method: str, tier: Tier, channel: str | None) -> int:
        """Count a call. Return 0 if it is allowed, or else the whole seconds to wait (`Retry-After`)."""
        if not self.enabled or tier is Tier.NONE:
            return 0
        per_second = tier.value.per_minute * self.scale / 60
        burst = max(1.0, tier.value.burst * self.scale)
        now = time.monotonic()
        key = (method, channel if tier is Tier.POSTING else None)
        bucket = self._buckets.setdefault(key, _Bucket(burst, now))
        bucket.tokens = min(burst, bucket.tokens + (now - bucket.at) * per_second)
        bucket.at = now
        if bucket.tokens >= 1:
            bucket.tokens -= 1
            return 0
        wait: float = (1 - bucket.tokens) / per_second
        return max(1, math.ceil(wait))
