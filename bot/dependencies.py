"""The objects that listeners, delivery and look-ups work with.

`bot.__main__` makes them; tests put stand-ins in their place.
"""

from dataclasses import dataclass

from slack_sdk.web.async_client import AsyncWebClient

from bot.in_flight import InFlight
from bot.web_api.identity import Identity
from orchestration.ports.decisions import DecisionStore, DelegationStore
from orchestration.ports.orders import OrderReader
from orchestration.ports.workflows import OrderWorkflows


@dataclass(frozen=True, slots=True)
class Dependencies:
    """What the bot's listeners work with."""

    slack: AsyncWebClient
    identity: Identity
    orders: OrderWorkflows
    reader: OrderReader
    decisions: DecisionStore
    in_flight: InFlight
    delegations: DelegationStore
