"""Generates a plan from a seed: orders in the first three quarters of the time, faults all the time."""

import random
from collections.abc import Callable
from typing import Any

from tests.chaos.plan.model import Plan, PlannedFault
from tests.chaos.plan.orders import KINDS, make_order, random_order

WORKERS = ("bot-1", "bot-2", "orchestration-1", "orchestration-2")
SERVERS = ("slack", "temporal", "postgres")
_BEYOND_HTTP_LIMIT = 6.0
"""Seconds; the bot waits 4 for an answer of Slack."""


def make_plan(seed: int, orders: int, minutes: float) -> Plan:
    """Draw one. The same arguments give the same plan."""
    rng = random.Random(seed)  # noqa: S311 - repeatable on purpose, guards nothing
    seconds = minutes * 60
    starts = sorted(rng.uniform(0, seconds * 0.75) for _ in range(orders))
    planned = tuple(random_order(rng, f"chaos-{seed}-{n}", at) for n, at in enumerate(starts))
    return Plan(seed, seconds, planned, tuple(_faults(rng, seconds)))


def short_plan(seed: int = 5) -> Plan:
    """A dozen orders of all kinds and the worst five faults, for every build."""
    rng = random.Random(seed)  # noqa: S311 - the same
    # What takes longest begins first.
    kinds = [kind for kind in reversed(KINDS) if kind != "brief"]
    orders = tuple(make_order(rng, kind, f"short-{n}", n * 0.6) for n, kind in enumerate(kinds))
    faults = (
        _rule(0.5, "drop_after", "chat.postMessage"),
        _rule(1.0, "duplicate_envelope", "interactive", times=3),
        PlannedFault("kill", 4.0, "bot-1", 0.5),
        PlannedFault("kill", 6.0, "orchestration-1", 0.5),
        PlannedFault("kill", 8.0, "postgres", 0.0),
        _rule(9.0, "error_after", "chat.update"),
    )
    return Plan(seed, 10.0, orders, faults)


def _faults(rng: random.Random, seconds: float) -> list[PlannedFault]:
    faults: list[PlannedFault] = []
    at = 4.0
    while at < seconds * 0.85:
        faults.append(rng.choices(list(_DRAW), list(_DRAW.values()))[0](rng, at))
        at += rng.uniform(1.5, 8.0)
    return faults


def _kill_worker(rng: random.Random, at: float) -> PlannedFault:
    return PlannedFault("kill", at, rng.choice(WORKERS), rng.choice([0.0, 0.5, 3.0]))


def _kill_server(rng: random.Random, at: float) -> PlannedFault:
    return PlannedFault("kill", at, rng.choice(SERVERS), rng.choice([0.0, 1.0, 4.0]))


def _stop_postgres(rng: random.Random, at: float) -> PlannedFault:
    return PlannedFault("stop", at, "postgres", 20.0)


def _freeze(rng: random.Random, at: float) -> PlannedFault:
    return PlannedFault("freeze", at, rng.choice(WORKERS), 30.0)


def _full_disk(rng: random.Random, at: float) -> PlannedFault:
    return PlannedFault("full disk", at, "postgres", rng.uniform(3, 10))


def _deploy(rng: random.Random, at: float) -> PlannedFault:
    return PlannedFault("deploy", at)


def _socket(rng: random.Random, at: float) -> PlannedFault:
    return PlannedFault(rng.choice(["cut", "refresh"]), at)


def _revoke(rng: random.Random, at: float) -> PlannedFault:
    return PlannedFault("revoke", at, "bot", rng.uniform(3, 12))


def _lost_answer(rng: random.Random, at: float) -> PlannedFault:
    kind = rng.choice(["drop_after", "error_after", "drop_before"])
    method = rng.choice(["chat.postMessage", "chat.update", "chat.postEphemeral"])
    return _rule(at, kind, method, times=rng.randint(1, 4))


def _storm(rng: random.Random, at: float) -> PlannedFault:
    method = rng.choice(["chat.postMessage", "chat.update", "*"])
    return _rule(at, "rate_limited", method, times=rng.randint(5, 25), retry_after=rng.randint(1, 4))


def _bad_gateway(rng: random.Random, at: float) -> PlannedFault:
    return _rule(at, "http_status", "*", times=rng.randint(3, 12), status=503)


def _slow(rng: random.Random, at: float) -> PlannedFault:
    method = rng.choice(["chat.postMessage", "chat.update", "conversations.history"])
    seconds = rng.choice([2.0, _BEYOND_HTTP_LIMIT])
    return _rule(at, "delay", method, times=rng.randint(1, 3), seconds=seconds)


def _envelope(rng: random.Random, at: float) -> PlannedFault:
    kind = rng.choice(["duplicate_envelope", "lose_envelope", "delay_envelope", "close_socket"])
    return _rule(at, kind, "*", times=rng.randint(1, 3), seconds=rng.choice([1.0, 5.0]))


def _rule(at: float, kind: str, method: str, *, times: int = 1, **more: Any) -> PlannedFault:
    return PlannedFault("rule", at, rule={"kind": kind, "method": method, "times": times} | more)


_DRAW: dict[Callable[[random.Random, float], PlannedFault], int] = {
    _kill_worker: 20,
    _kill_server: 8,
    _stop_postgres: 2,
    _freeze: 4,
    _full_disk: 2,
    _deploy: 3,
    _socket: 6,
    _revoke: 2,
    _lost_answer: 14,
    _storm: 6,
    _bad_gateway: 5,
    _slow: 8,
    _envelope: 12,
}
