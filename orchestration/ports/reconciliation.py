"""Interface of what the reconciler reads from PostgreSQL and writes to it."""

from typing import Protocol

from orchestration.contracts.reconciliation import PageRequest, RetriedPage, RowPage, SubjectRef
from orchestration.domain.reconciliation.findings import Finding, StoredState


class ReconcileStore(Protocol):
    """What the reconciler reads, and where it writes down what it found."""

    async def rows(self, wanted: PageRequest) -> RowPage:
        """Return orders and refunds that wait, or have changed since then."""

    async def row(self, case: SubjectRef) -> StoredState | None:
        """Return the order, or the latest refund of it."""

    async def retried(self, wanted: PageRequest) -> RetriedPage:
        """Return messages that were set out on more than once, the last time since then."""

    async def record(self, run: str, finding: Finding, number: int) -> None:
        """Put a finding into the audit log of its order. Again: nothing happens."""
