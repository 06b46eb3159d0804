"""The type of a scenario: starts a workflow under an order id and brings it close to its end."""

from collections.abc import Awaitable, Callable

from temporalio.client import Client

from tests.workflows.fake_activities import FakeActivities
from tests.workflows.running_order import RunningOrder

Scenario = Callable[[Client, FakeActivities, str], Awaitable[RunningOrder]]
