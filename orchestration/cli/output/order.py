"""Shows an order: as fields for people, and as a JSON document."""

from datetime import UTC, datetime, timedelta

from orchestration.cli.orders.snapshot import Snapshot
from orchestration.cli.output.console import Output
from orchestration.cli.output.sentences import STYLE, outcome_text
from orchestration.cli.output.times import local_time, utc_time
from orchestration.cli.output.verdict import outcome_document
from orchestration.domain.currency import format_amount
from orchestration.domain.order.order import Order
from orchestration.ports.rate_limit_queue import card_in_queue
from orchestration.ports.workflows import FailingActivity
from orchestration.wording.names import actor_name


def print_order(out: Output, snapshot: Snapshot) -> None:
    """Print a snapshot as fields."""
    order = snapshot.order
    fields: list[tuple[str, str | None]] = [
        ("Order", snapshot.order_id),
        ("Status", snapshot.status.value),
        ("Workflow Status", snapshot.workflow_status or "unknown"),
        ("Source", snapshot.caveat),
    ]
    if order is not None:
        fields += _order_fields(order)
    fields += [
        ("Tier", snapshot.tier),
        ("Approvals", _approvals(snapshot)),
        ("Decided", outcome_text(snapshot.decided) if snapshot.decided else None),
        ("Deadline", _deadline(snapshot)),
        ("Payment", snapshot.payment.value if snapshot.payment else None),
        ("Tracking", snapshot.tracking),
        ("Reason", snapshot.reason),
        ("Waiting for", snapshot.waiting_for),
        ("Slack", None if snapshot.ahead is None else card_in_queue(snapshot.ahead)),
        ("Updated", local_time(snapshot.updated_at)),
    ]
    fields += [("Trouble", _trouble(trouble)) for trouble in snapshot.troubles]
    out.print_fields(fields)


def order_document(snapshot: Snapshot) -> dict[str, object]:
    """Return a snapshot for JSON: times in UTC, amounts in minor units."""
    return {
        "order_id": snapshot.order_id,
        "status": snapshot.status.value,
        "workflow_status": snapshot.workflow_status,
        "source": snapshot.source.value,
        "caveat": snapshot.caveat,
        "order": snapshot.order.model_dump(mode="json") if snapshot.order else None,
        "tier": snapshot.tier,
        "needed": snapshot.needed,
        "approvals": [
            {"actor": each.actor.model_dump(mode="json"), "at": utc_time(each.decided_at), "note": each.note}
            for each in snapshot.approvals
        ],
        "decided": outcome_document(snapshot.decided),
        "deadline": utc_time(snapshot.deadline),
        "payment": snapshot.payment.value if snapshot.payment else None,
        "tracking": snapshot.tracking,
        "reason": snapshot.reason,
        "waiting_for": snapshot.waiting_for,
        "card_queue_ahead": snapshot.ahead,
        "troubles": [
            {
                "activity": each.activity,
                "attempt": each.attempt,
                "message": each.message,
                "next_try_at": utc_time(each.next_try_at),
            }
            for each in snapshot.troubles
        ],
        "updated_at": utc_time(snapshot.updated_at),
    }


def _order_fields(order: Order) -> list[tuple[str, str | None]]:
    fields: list[tuple[str, str | None]] = [
        ("Amount", format_amount(order.amount, order.currency)),
        ("Customer", order.customer),
        ("Requester", order.requester),
        ("Ship to", order.ship_to),
        ("Note", order.note),
    ]
    fields += [
        (
            "Line",
            f"{each.quantity} × {each.description} ({each.sku}), {format_amount(each.total, order.currency)}",
        )
        for each in order.lines
    ]
    return fields


def _approvals(snapshot: Snapshot) -> str | None:
    if snapshot.needed is None:
        return None
    names = ", ".join(actor_name(each.actor, STYLE) for each in snapshot.approvals)
    return f"{len(snapshot.approvals)} of {snapshot.needed}" + (f": {names}" if names else "")


def _deadline(snapshot: Snapshot) -> str | None:
    if snapshot.deadline is None:
        return None
    if snapshot.decided is not None or snapshot.status.is_final:
        return local_time(snapshot.deadline)
    return f"{local_time(snapshot.deadline)} ({time_left(snapshot.deadline - datetime.now(UTC))})"


def time_left(left: timedelta) -> str:
    """Write how long it is until a deadline, rounded down to the two largest units."""
    minutes = int(left.total_seconds() // 60)
    if minutes < 0:
        return "over"
    days, hours, minutes = minutes // 1440, minutes % 1440 // 60, minutes % 60
    if days:
        return f"in {days} d {hours} h"
    return f"in {hours} h {minutes} min" if hours else f"in {minutes} min"


def _trouble(trouble: FailingActivity) -> str:
    again = f", next try {local_time(trouble.next_try_at)}" if trouble.next_try_at else ", being tried now"
    return f"{trouble.activity}, attempt {trouble.attempt}: {trouble.message}{again}"
