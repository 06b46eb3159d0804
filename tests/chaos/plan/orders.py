"""Generates orders of all kinds, and what people do to them."""

import random
from collections.abc import Callable
from typing import Any

from tests.chaos.plan.model import ALICE, BOB, CAROL, Do, PlannedOrder, Step

HOSTILE = "<!channel> <https://evil.example|Approve> & <@U0CAROL01> *Hostile* {n}"
REVERSED = "Mirror \u202edekcirt\u202c Ltd"
"""Direction characters: an order with them is refused."""

Draw = Callable[[random.Random], tuple[dict[str, Any], tuple[Step, ...]]]


def random_order(rng: random.Random, order_id: str, start_at: float) -> PlannedOrder:
    """Draw one order of any kind."""
    kinds, weights = zip(*((kind, weight) for kind, (weight, _) in KINDS.items()), strict=True)
    return make_order(rng, rng.choices(kinds, weights)[0], order_id, start_at)


def make_order(rng: random.Random, kind: str, order_id: str, start_at: float) -> PlannedOrder:
    """Make one of this kind."""
    fields, steps = KINDS[kind][1](rng)
    hostile = rng.random() < 0.15
    order = {
        "order_id": order_id,
        "customer": HOSTILE.format(n=rng.randrange(1000)) if hostile else f"Customer {rng.randrange(30)}",
        "currency": "EUR",
        "requester": BOB,
        "ship_to": "Hafenstrasse 1, 20457 Hamburg",
        "payment_method": "pm_card",
    } | fields
    if hostile:
        order["note"] = HOSTILE.format(n="note")
    return PlannedOrder(kind, start_at, order, steps)


def lines(euros: int) -> list[dict[str, Any]]:
    """One line that costs so much."""
    return [{"sku": "CHAIR-9", "description": "Office chair", "quantity": 1, "unit_price": euros * 100}]


def _automatic(rng: random.Random) -> tuple[dict[str, Any], tuple[Step, ...]]:
    return {"lines": lines(rng.randint(5, 400))}, ()


def _one(rng: random.Random) -> tuple[dict[str, Any], tuple[Step, ...]]:
    who, other = rng.sample([ALICE, CAROL], 2)
    steps = [_click(rng, Do.APPROVE, who)]
    extra = rng.random()
    if extra < 0.2:
        steps.append(Step(Do.APPROVE, who, 0.0))  # a second click, at once
    elif extra < 0.4:
        steps += [Step(Do.WAIT_END), Step(Do.FORGE, other, 0.2)]
    elif extra < 0.5:
        steps.append(_click(rng, Do.CANCEL, other))
    if rng.random() < 0.3:
        steps.insert(0, Step(Do.APPROVE, BOB, 0.3))
    if rng.random() < 0.3:
        steps.append(Step(Do.STATUS, rng.choice([ALICE, BOB]), 0.5))
    return {"lines": lines(rng.randint(500, 4000))}, tuple(steps)


def _two(rng: random.Random) -> tuple[dict[str, Any], tuple[Step, ...]]:
    first, second = rng.sample([ALICE, CAROL], 2)
    steps = [_click(rng, Do.APPROVE, first)]
    if rng.random() < 0.3:
        steps.append(Step(Do.APPROVE, first, 0.2))  # counts once
    if rng.random() < 0.8:
        steps.append(_click(rng, Do.APPROVE, second))
    return {"lines": lines(rng.randint(5000, 20_000))}, tuple(steps)


def _cancelled(rng: random.Random) -> tuple[dict[str, Any], tuple[Step, ...]]:
    steps = (_click(rng, Do.CANCEL, rng.choice([ALICE, BOB, CAROL])), Step(Do.FORGE, ALICE, 1.0))
    return {"lines": lines(rng.randint(500, 4000))}, steps


def _cancelled_after(rng: random.Random) -> tuple[dict[str, Any], tuple[Step, ...]]:
    # The card loses its buttons at once; the command line can still try.
    steps = (_click(rng, Do.APPROVE, ALICE), Step(Do.OPERATOR_CANCEL, after=rng.uniform(0, 1.5)))
    return {"lines": lines(rng.randint(500, 4000))}, steps


def _noted(rng: random.Random) -> tuple[dict[str, Any], tuple[Step, ...]]:
    steps = (Step(Do.NOTE, rng.choice([ALICE, BOB, CAROL]), 0.5), _click(rng, Do.APPROVE, ALICE))
    return {"lines": lines(rng.randint(500, 4000))}, steps


def _own(rng: random.Random) -> tuple[dict[str, Any], tuple[Step, ...]]:
    steps = [_click(rng, Do.APPROVE, ALICE)]
    if rng.random() < 0.6:
        steps.append(_click(rng, Do.APPROVE, CAROL))
    return {"lines": lines(rng.randint(500, 4000)), "requester": ALICE}, tuple(steps)


def _declined(rng: random.Random) -> tuple[dict[str, Any], tuple[Step, ...]]:
    fields, steps = _one(rng)
    return fields | {"payment_method": "pm_card_declined"}, steps


def _undeliverable(rng: random.Random) -> tuple[dict[str, Any], tuple[Step, ...]]:
    fields, steps = _one(rng)
    return fields | {"ship_to": "Nowhere 7"}, steps


def _brief(rng: random.Random) -> tuple[dict[str, Any], tuple[Step, ...]]:
    steps = (Step(Do.APPROVE, ALICE, rng.uniform(20, 40)), Step(Do.FORGE, CAROL, 5.0))
    return {"lines": lines(rng.randint(5, 4000)), "currency": "USD"}, steps if rng.random() < 0.6 else ()


def _amended(rng: random.Random) -> tuple[dict[str, Any], tuple[Step, ...]]:
    steps = (
        *((Step(Do.APPROVE, ALICE, 0.5),) if rng.random() < 0.5 else ()),
        Step(Do.AMEND, BOB, rng.uniform(0, 1)),
        _click(rng, Do.APPROVE, CAROL),
        _click(rng, Do.APPROVE, ALICE),
    )
    return {"lines": lines(rng.randint(5000, 9000))}, steps


def _operator(rng: random.Random) -> tuple[dict[str, Any], tuple[Step, ...]]:
    do = Do.CLI_APPROVE if rng.random() < 0.3 else Do.OPERATOR_APPROVE
    return {"lines": lines(rng.randint(500, 9000))}, (Step(do, after=rng.uniform(0.2, 3)),)


def _refunded(rng: random.Random) -> tuple[dict[str, Any], tuple[Step, ...]]:
    steps = [_click(rng, Do.APPROVE, ALICE), Step(Do.WAIT_END), Step(Do.REFUND, BOB, 0.5)]
    steps += [Step(Do.APPROVE_REFUND, rng.choice([ALICE, BOB, CAROL]), 1.0, rng.choice([1, 2]))]
    return {"lines": lines(rng.randint(500, 4000))}, tuple(steps)


def _malformed(rng: random.Random) -> tuple[dict[str, Any], tuple[Step, ...]]:
    return {"lines": lines(rng.randint(500, 900)), "customer": REVERSED}, ()


def _click(rng: random.Random, do: Do, by: str) -> Step:
    return Step(do, by, rng.uniform(0.2, 4.0), copies=2 if rng.random() < 0.2 else 1)


KINDS: dict[str, tuple[int, Draw]] = {
    "automatic": (8, _automatic),
    "one approver": (25, _one),
    "two approvers": (15, _two),
    "cancelled": (8, _cancelled),
    "cancelled after approval": (8, _cancelled_after),
    "noted": (6, _noted),
    "own": (4, _own),
    "declined": (5, _declined),
    "undeliverable": (6, _undeliverable),
    "brief": (5, _brief),
    "amended": (5, _amended),
    "operator": (6, _operator),
    "refunded": (6, _refunded),
    "malformed": (2, _malformed),
}
"""Weight, and how it is drawn."""
