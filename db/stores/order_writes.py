"""Stores a workflow's pending writes in a transaction. Storing them again, however late, changes nothing."""

from dataclasses import replace

from db.audit import events
from db.audit.events import NewEvent
from db.pool import Connection
from db.sql import query
from db.stores import decisions
from db.text import storable
from orchestration.contracts.activities import PendingWrites
from orchestration.domain.errors import OrderNotFound, TransitionNotAllowed
from orchestration.domain.order.state import StatusChange
from orchestration.domain.order.status import OrderStatus, sources_of
from orchestration.domain.policy.approval_policy import Subject

_LOCK_ORDER = query("lock_order")
_FIND_ORDER_STATUS = query("find_order_status")
_MOVE_ORDER = query("move_order")
_STATUS_EVENTS = query("status_events")
_MOVE_REFUND = query("move_refund")


async def lock(connection: Connection, order_id: str) -> None:
    """Lock the order against other transactions until this one ends, also if it has no row yet."""
    await connection.execute(_LOCK_ORDER, storable(order_id))


async def write(connection: Connection, pending_writes: PendingWrites) -> None:
    """Store status changes and judged decisions, each with its event. The order must be locked.

    Raises TransitionNotAllowed if a change does not follow from the stored status, OrderNotFound if the order
    was never stored and the change is not how an order ends that is refused or cancelled before that.
    """
    order_id = storable(pending_writes.order_id)
    steps = [(change.at, events.changed(change)) for change in pending_writes.changes]
    verdicts = [(judged.verdict.at, events.judged(judged)) for judged in pending_writes.judged]
    notifications = [
        (notification.at, event)
        for notification in pending_writes.notifications
        if (event := events.noticed(notification))
    ]
    judged_requests = [(talk.verdict.at, events.said(talk)) for talk in pending_writes.judged_requests]
    # A decision comes before the step that it caused, which has the same time; the sort keeps that.
    if pending_writes.refund_id:
        steps += [
            (step.at, events.refund_step(pending_writes.refund_id, step))
            for step in pending_writes.refund_steps
        ]
    story = sorted(notifications + judged_requests + verdicts + steps, key=lambda pair: pair[0])
    added = await events.append(connection, order_id, [_marked(event, pending_writes) for _, event in story])
    subject = Subject.REFUND if pending_writes.refund_id else Subject.ORDER
    for judged in pending_writes.judged:
        await decisions.store(connection, order_id, judged, subject)
    for step in pending_writes.refund_steps:
        if pending_writes.refund_id and events.refund_step(pending_writes.refund_id, step).key in added:
            reason = None if step.reason is None else storable(step.reason)
            await connection.execute(_MOVE_REFUND, pending_writes.refund_id, step.to, reason, step.at)
    for change in pending_writes.changes:
        if events.changed(change).key in added:
            await move(connection, order_id, change)


async def move(connection: Connection, order_id: str, change: StatusChange) -> None:
    """Change the status of the order. Raises TransitionNotAllowed and OrderNotFound as `write` does."""
    reason = None if change.reason is None else storable(change.reason)
    sources = list(sources_of(change.to))
    if await connection.fetchval(_MOVE_ORDER, order_id, change.to, reason, change.at, sources):
        return
    current = await connection.fetchval(_FIND_ORDER_STATUS, order_id)
    if current is None and _may_end_unstored(change.to):
        ended_as = [row["type"] for row in await connection.fetch(_STATUS_EVENTS, order_id)]
        if ended_as == [events.changed(change).type]:
            return
        current = " and ".join(ended_as)
    if current is None:
        raise OrderNotFound(f"order {order_id} is not stored, so it cannot become {change.to}")
    raise TransitionNotAllowed(f"order {order_id} is {current}, and cannot become {change.to}")


async def catch_up(connection: Connection, order_id: str) -> None:
    """Give a new row the final status that the order reached before its row was stored, such as after a slow
    first try.
    """
    for row in await connection.fetch(_STATUS_EVENTS, order_id):
        to = OrderStatus(row["type"].removeprefix("status."))
        await move(
            connection,
            order_id,
            StatusChange(to=to, at=row["occurred_at"], reason=row["detail"].get("reason")),
        )


def _marked(event: NewEvent, pending_writes: PendingWrites) -> NewEvent:
    # Events of a refund's approval carry the refund's id, to tell them from those of the order's own
    # approval.
    if pending_writes.refund_id is None:
        return event
    return replace(event, detail={**event.detail, "refund_id": pending_writes.refund_id})


def _may_end_unstored(status: OrderStatus) -> bool:
    return status.is_final and OrderStatus.CREATED in sources_of(status)
