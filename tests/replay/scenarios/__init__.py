"""What people and outside systems do to an order or a refund whose history is recorded."""

from tests.replay.scenarios import continue_as_new, decisions, orders, refunds
from tests.replay.scenarios.base import Scenario

SCENARIOS: tuple[Scenario, ...] = (
    *orders.SCENARIOS,
    *decisions.SCENARIOS,
    *refunds.SCENARIOS,
    *continue_as_new.SCENARIOS,
)
