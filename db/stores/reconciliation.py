"""Reads the stored state for the reconciler, and stores its findings."""

from hashlib import sha256
from typing import TYPE_CHECKING

import asyncpg

from db.audit import events
from db.audit.events import NewEvent
from db.pool import ACQUIRE_TIMEOUT, Pool, transaction
from db.sql import query
from db.text import storable
from orchestration.contracts.reconciliation import (
    PAGE_SIZE,
    PageRequest,
    RetriedMessage,
    RetriedPage,
    RowPage,
    SubjectRef,
)
from orchestration.domain.fields import MessageRef
from orchestration.domain.order.status import OrderStatus
from orchestration.domain.policy.approval_policy import Subject
from orchestration.domain.reconciliation.findings import Finding, StoredState
from orchestration.domain.refund.refund import RefundStatus

if TYPE_CHECKING:
    from orchestration.ports.reconciliation import ReconcileStore

_ROWS = query("rows_to_reconcile")
_ROW = query("row_to_reconcile")
_RETRIED = query("retried_messages")
_FINAL = sorted({each.value for each in (*OrderStatus, *RefundStatus) if each.is_final})


class PostgresReconcileStore:
    """Implements `orchestration.ports.reconciliation.ReconcileStore`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def rows(self, wanted: PageRequest) -> RowPage:
        """Return a page of the orders and refunds that have not ended, or have changed since then."""
        # The cursor is the subject and the reference of the last row; no reference contains a space.
        subject, _, reference = (wanted.cursor or " ").partition(" ")
        async with self._pool.acquire(timeout=ACQUIRE_TIMEOUT) as connection:
            found = await connection.fetch(
                _ROWS, wanted.since, wanted.order_id, subject, reference, _FINAL, PAGE_SIZE
            )
        rows = tuple(map(_row, found))
        cursor = f"{rows[-1].subject} {rows[-1].reference}" if len(rows) == PAGE_SIZE else None
        return RowPage(rows=rows, cursor=cursor)

    async def row(self, subject: SubjectRef) -> StoredState | None:
        """Return the order, or its latest refund."""
        async with self._pool.acquire(timeout=ACQUIRE_TIMEOUT) as connection:
            found = await connection.fetchrow(_ROW, subject.subject, subject.order_id)
        return None if found is None else _row(found)

    async def retried(self, wanted: PageRequest) -> RetriedPage:
        """Return messages whose post was attempted more than once, the last time since then."""
        async with self._pool.acquire(timeout=ACQUIRE_TIMEOUT) as connection:
            found = await connection.fetch(
                _RETRIED, wanted.since, wanted.order_id, wanted.cursor or "", PAGE_SIZE
            )
        messages = tuple(
            RetriedMessage(
                key=each["key"],
                order_id=each["order_id"],
                channel=each["message_channel"] or each["channel"],
                known=_ref(each),
                thread_ts=each["card_ts"],
                first_attempt_at=each["first_attempt_at"],
            )
            for each in found
        )
        return RetriedPage(messages=messages, cursor=messages[-1].key if len(messages) == PAGE_SIZE else None)

    async def record(self, run: str, finding: Finding, number: int) -> None:
        """Append a finding to the audit log of its order. Repeating it changes nothing."""
        detail = finding.model_dump(mode="json", exclude_none=True, exclude={"order_id", "kind"})
        # A finding that needs a person is found again by every run until it is resolved, and appended once.
        which = f"{run}/{number}" if finding.repaired else sha256(finding.detail.encode()).hexdigest()[:16]
        key = f"reconcile.{finding.kind}/{which}"
        event = NewEvent(key, f"reconcile.{finding.kind}", detail=detail)
        async with transaction(self._pool) as connection:
            await events.append(connection, storable(finding.order_id), [event])


def _row(found: asyncpg.Record) -> StoredState:
    return StoredState(
        subject=Subject(found["subject"]),
        order_id=found["order_id"],
        reference=found["reference"],
        status=found["status"],
        is_final=found["status"] in _FINAL,
        updated_at=found["updated_at"],
        payment=found["payment"],
        card_key=found["card_key"],
        card=_ref(found),
    )


def _ref(found: asyncpg.Record) -> MessageRef | None:
    return None if found["ts"] is None else MessageRef(channel=found["message_channel"], ts=found["ts"])


if TYPE_CHECKING:

    def _implements(store: PostgresReconcileStore) -> ReconcileStore:
        return store
