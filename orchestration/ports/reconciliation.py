"""Interface of the store that the reconciler reads rows from and records findings in."""

from typing import Protocol

from orchestration.contracts.reconciliation import PageRequest, RetriedPage, RowPage, SubjectRef
from orchestration.domain.reconciliation.findings import Finding, StoredState


class ReconcileStore(Protocol):
    """Reads rows for the reconciler and records its findings in the audit log."""

    async def rows(self, wanted: PageRequest) -> RowPage:
        """Return a page of orders and refunds that have not ended or have changed since then."""

    async def row(self, subject: SubjectRef) -> StoredState | None:
        """Return the row of the order or of its latest refund."""

    async def retried(self, wanted: PageRequest) -> RetriedPage:
        """Return a page of messages whose post was attempted more than once, the last time since then."""

    async def record(self, run: str, finding: Finding, number: int) -> None:
        """Add a finding to the audit log of its order. The same again: nothing happens."""
