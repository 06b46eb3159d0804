"""Shows a refund as fields."""

from orchestration.cli.output.console import Output
from orchestration.cli.output.times import local_time
from orchestration.domain.currency import format_amount
from orchestration.domain.refund.refund import RefundView


def print_refund(out: Output, view: RefundView) -> None:
    """Print a refund as fields."""
    order = view.order
    out.print_fields(
        [
            ("Refund", view.refund_id),
            ("Status", view.status.value),
            ("Order", view.order_id),
            ("Amount", format_amount(order.amount, order.currency) if order else None),
            ("Requester", view.request.requester if view.request else None),
            ("Why", view.request.reason if view.request else None),
            ("Tier", view.gate.tier.name if view.gate.tier else None),
            ("Deadline", local_time(view.gate.deadline) if view.gate.deadline else None),
            ("Waiting for", view.waiting_for),
            ("Reason", view.reason),
            ("Updated", local_time(view.updated_at)),
        ]
    )
