"""Interfaces to Temporal and PostgreSQL that the commands use; `wiring.py` and tests implement them."""

from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import Protocol

import typer
from temporalio.client import Client

from orchestration.domain.order.order import Order
from orchestration.domain.order.view import OrderView
from orchestration.ports.audit_log import AuditLog
from orchestration.ports.decisions import DecisionStore, DelegationStore
from orchestration.ports.orders import OrderReader
from orchestration.ports.workflows import OrderWorkflows, Started


class Workflows(OrderWorkflows, Protocol):
    """The methods of `WorkflowClient` that the commands call; their errors are documented there."""

    async def start(self, order: Order, *, run_timeout: timedelta | None = None) -> Started:
        """Start the workflow of an order; at most one workflow per order id."""

    async def wait_for_end(self, order_id: str) -> OrderView:
        """Wait for the result of the workflow."""


class Connections(Protocol):
    """Opens a connection for the length of a `with` block. A command opens only those that it needs."""

    def workflows(self) -> AbstractAsyncContextManager[Workflows]:
        """Raises TemporalUnavailable, SettingsWrong."""

    def temporal(self) -> AbstractAsyncContextManager[Client]:
        """Raises TemporalUnavailable, SettingsWrong."""

    def reader(self) -> AbstractAsyncContextManager[OrderReader]:
        """Raises DatabaseUnavailable, SettingsWrong, also when the connection is lost inside the block."""

    def decisions(self) -> AbstractAsyncContextManager[DecisionStore]:
        """Raises DatabaseUnavailable, SettingsWrong, also when the connection is lost inside the block."""

    def delegations(self) -> AbstractAsyncContextManager[DelegationStore]:
        """Raises DatabaseUnavailable, SettingsWrong, also when the connection is lost inside the block."""

    def audit(self) -> AbstractAsyncContextManager[AuditLog]:
        """Raises DatabaseUnavailable, SettingsWrong, also when the connection is lost inside the block."""


def connections_from(context: typer.Context) -> Connections:
    """Return the connections that `__main__`, or a test, put into Typer's context."""
    connections: Connections = context.find_root().obj
    return connections
