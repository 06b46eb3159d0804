"""Renders the answer to `/order status <id>`."""

from collections.abc import Iterator

from bot.block_kit.text import (
    MAX_FIELD,
    Json,
    Message,
    context,
    escape,
    header,
    join,
    mrkdwn,
    person,
    plain,
    plain_lines,
    section,
    slack_date,
    table,
)
from bot.views.parts import approval_parts, card_parts, order_parts
from bot.views.parts.order_parts import status_icon, status_phrase
from orchestration.domain.card import order_card
from orchestration.domain.order.view import OrderView
from orchestration.domain.refund.refund import RefundView, refund_card
from orchestration.ports.orders import OrderRow
from orchestration.ports.rate_limit_queue import card_in_queue
from orchestration.ports.workflows import Execution, FailingActivity

MAX_FAILING = 5


def status(
    view: OrderView,
    execution: Execution | None,
    refund: RefundView | None = None,
    ahead: int | None = None,
) -> Message:
    """Render the workflow's view of the order, its execution in Temporal, and its refund if there is one.

    `ahead` is the length of the rate-limit queue before the card; None if the card is not queued.
    """
    words, blocks = [*_text(view, execution, ahead)], [*_blocks(view, execution, ahead)]
    if refund is not None:
        lines = escape(card_parts.title(refund_card(refund)), 200)
        words.insert(1, lines)
        blocks.insert(2, section(mrkdwn(f"*{lines}*")))
    return Message(text=join(words), blocks=blocks)


def stored_status(row: OrderRow, execution: Execution | None, why: str) -> Message:
    """Render what the database knows. `why` says why the workflow could not be queried; it is not escaped."""
    order = row.order
    title = f"{status_icon(row.status)} Order {order.order_id} {status_phrase(row.status)}"
    source = f"(from the database: {why})"
    rows = [
        ("Status", mrkdwn(f"`{row.status}`")),
        ("Amount", mrkdwn(order_parts.amount(order))),
        ("Customer", plain(order.customer, MAX_FIELD)),
        ("Requested by", mrkdwn(person(order.requester))),
        ("As of", mrkdwn(slack_date(row.updated_at))),
    ]
    blocks = [header(title), table(rows)]
    words = [
        escape(title, 150),
        order_parts.summary(order),
        f"Status: {row.status}, as of {slack_date(row.updated_at)}",
    ]
    if row.reason:
        blocks.append(section(plain(f"Reason: {row.reason}")))
        words.append(f"Reason: {escape(row.reason, 600)}")
    blocks += _execution_blocks(execution)
    words += _execution_text(execution)
    return Message(text=join([*words, source]), blocks=[*blocks, context(mrkdwn(source))])


def _blocks(view: OrderView, execution: Execution | None, ahead: int | None) -> Iterator[Json]:
    yield header(card_parts.title(order_card(view)))
    yield table(_rows(view))
    if view.order is not None:
        yield section(plain_lines(order_parts.lines(view.order, 90)))
    if lines := _progress(view):
        yield section(mrkdwn("\n".join(lines)))
    yield from card_parts.remark_blocks(order_card(view))
    if note := _pending(view, ahead):
        yield context(plain(note, 900))
    yield from _execution_blocks(execution)


def _rows(view: OrderView) -> Iterator[tuple[str, Json]]:
    yield "Status", mrkdwn(f"`{view.status}`")
    if view.order is not None:
        yield "Amount", mrkdwn(order_parts.amount(view.order))
        yield "Customer", plain(view.order.customer, MAX_FIELD)
        yield "Requested by", mrkdwn(person(view.order.requester))
    yield "Changed", mrkdwn(slack_date(view.updated_at))


def _progress(view: OrderView) -> list[str]:
    gate = view.gate
    lines = []
    if gate.tier is not None and gate.outcome is None:
        lines += approval_parts.needs_and_deadline(gate)
        lines += approval_parts.waiting_notes(gate)
    return lines + card_parts.progress(order_card(view))


def _pending(view: OrderView, ahead: int | None) -> str:
    lines = [f"Waiting for {view.waiting_for}."] if view.waiting_for else []
    if ahead is not None:
        lines.append(f"The {card_in_queue(ahead)}.")
    if view.card_problem:
        lines.append(f"The card could not be drawn: {view.card_problem}")
    return " ".join(lines)


def _text(view: OrderView, execution: Execution | None, ahead: int | None) -> Iterator[str]:
    yield f"{card_parts.title(order_card(view))} (status {view.status})"
    if view.order is not None:
        order = view.order
        yield order_parts.summary(order)
    yield from _progress(view)
    yield from card_parts.remark_lines(order_card(view))
    if note := _pending(view, ahead):
        yield escape(note, 900)
    yield from _execution_text(execution)
    if view.order is not None:
        yield from (escape(line, 200) for line in order_parts.lines(view.order, 60))


def _execution_text(execution: Execution | None) -> Iterator[str]:
    if execution is None:
        return
    yield f"Workflow Status: {execution.status}"
    for activity in execution.failing_activities[:MAX_FAILING]:
        yield escape(_activity(activity), 400) + _next_try(activity)


def _execution_blocks(execution: Execution | None) -> Iterator[Json]:
    if execution is None:
        return
    for activity in execution.failing_activities[:MAX_FAILING]:
        yield section(plain("⚠️ " + _activity(activity)))
        if activity.next_try_at is not None:
            yield context(mrkdwn(_next_try(activity).strip(" ,")))
    began = slack_date(execution.started_at)
    ended = f", closed {slack_date(execution.closed_at)}" if execution.closed_at else ""
    yield context(
        mrkdwn(f"Workflow Status: `{execution.status}` · `{execution.workflow_id}` · started {began}{ended}")
    )


def _activity(activity: FailingActivity) -> str:
    return f"Waiting for {activity.activity}, attempt {activity.attempt}: {activity.message}"


def _next_try(activity: FailingActivity) -> str:
    return f", next try {slack_date(activity.next_try_at)}" if activity.next_try_at else ""
