"""Starts three sample orders at the first start. All of them need an approval."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from localdev.environment import Environment
from localdev.errors import LocaldevError
from localdev.processes.polling import run_concurrently
from localdev.processes.program import run_once

_MARKER = "sample-orders-started"
_REQUESTER = "U0BOB0001"
_ATTEMPTS = 3
"""Repeating is safe: an order id is started only once, even if the outcome of a start is unknown."""


@dataclass(frozen=True)
class SampleOrder:
    """The arguments of `start-workflow` for one order."""

    order_id: str
    customer: str
    currency: str
    lines: tuple[str, ...]
    payment_method: str = "pm_card"
    ship_to: str = "12 Harbour Street, Hamburg"


SAMPLE_ORDERS = (
    SampleOrder(
        "demo-1001",
        "Harbour Coffee Roasters",
        "EUR",
        ("CHAIR-9:Office chair:4:249.00", "DESK-2:Standing desk:1:549.00"),
    ),
    SampleOrder(
        "demo-1002",
        "Northwind Traders",
        "USD",
        ("LAPTOP-14:Laptop, 14 inch:6:1399.00",),
        ship_to="500 Pine Street, Seattle",
    ),
    SampleOrder(
        "demo-1003",
        "Sakura Stationers",
        "JPY",
        ("PAPER-A4:Paper, box of 5 reams:40:2400", "PEN-05:Gel pen, box of 12:25:1800"),
        payment_method="pm_invoice",
        ship_to="1-2-3 Ginza, Tokyo",
    ),
)


async def start_sample_orders(
    data: Path,
    log: Path,
    environment: Environment,
    say: Callable[[str], None],
    samples: tuple[SampleOrder, ...] = SAMPLE_ORDERS,
) -> None:
    """Start the sample orders with the CLI, unless an earlier run did. Raises LocaldevError if one fails.

    After an interrupted run all are started again; the CLI reports those that exist as already started.
    """
    marker = data / _MARKER
    if marker.exists():
        return
    say("First start: starting three sample orders that wait for approval.")
    await run_concurrently(_start(sample, log, environment) for sample in samples)
    marker.touch()


async def _start(sample: SampleOrder, log: Path, environment: Environment) -> None:
    title, argv = f"SampleOrder order {sample.order_id}", _command(sample, environment)
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            await run_once(title, argv, log=log, env=environment.variables)
        except LocaldevError:
            if attempt == _ATTEMPTS:
                raise
        else:
            return


def _command(sample: SampleOrder, environment: Environment) -> list[str]:
    # A real workspace has no user with this id.
    requester = () if environment.real_slack else ("--requester", _REQUESTER)
    return [
        *(sys.executable, "-m", "orchestration.cli", "start-workflow", "--json"),
        *("--order-id", sample.order_id, "--customer", sample.customer, "--currency", sample.currency),
        *requester,
        *(word for line in sample.lines for word in ("--line", line)),
        *("--payment-method", sample.payment_method, "--ship-to", sample.ship_to),
    ]
