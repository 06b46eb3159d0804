"""The answer to `/order status <id>`."""

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
from orchestration.client.execution import Execution, FailingActivity
from orchestration.domain.card import order_card
from orchestration.domain.order.view import OrderView
from orchestration.domain.refund.refund import RefundView, refund_card
from orchestration.ports.orders import OrderRow
from orchestration.ports.rate_limit_queue import card_in_queue

MAX_TROUBLES = 5


def status(
    view: OrderView,
    execution: Execution | None,
    refund: RefundView | None = None,
    ahead: int | None = None,
) -> Message:
    """Show what the workflow says, what Temporal says of the workflow, and the refund if there is one.

    `ahead`: how many calls go to Slack before the card's; None if it does not wait for its turn.
    """
    words, blocks = [*_words(view, execution, ahead)], [*_blocks(view, execution, ahead)]
    if refund is not None:
        said = escape(card_parts.title(refund_card(refund)), 200)
        words.insert(1, said)
        blocks.insert(2, section(mrkdwn(f"*{said}*")))
    return Message(text=join(words), blocks=blocks)


def stored_status(row: OrderRow, execution: Execution | None, why: str) -> Message:
    """Show what the database knows; `why` says in our own words why nobody better could be asked."""
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
    words += _execution_words(execution)
    return Message(text=join([*words, source]), blocks=[*blocks, context(mrkdwn(source))])


def _blocks(view: OrderView, execution: Execution | None, ahead: int | None) -> Iterator[Json]:
    yield header(card_parts.title(order_card(view)))
    yield table(_rows(view))
    if view.order is not None:
        yield section(plain_lines(order_parts.lines(view.order, 90)))
    if said := _so_far(view):
        yield section(mrkdwn("\n".join(said)))
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


def _so_far(view: OrderView) -> list[str]:
    gate = view.gate
    said = []
    if gate.tier is not None and gate.outcome is None:
        said += approval_parts.needs_and_deadline(gate)
        said += approval_parts.waiting_notes(gate)
    return said + card_parts.progress(order_card(view))


def _pending(view: OrderView, ahead: int | None) -> str:
    said = [f"Waiting for {view.waiting_for}."] if view.waiting_for else []
    if ahead is not None:
        said.append(f"The {card_in_queue(ahead)}.")
    if view.card_problem:
        said.append(f"The card could not be drawn: {view.card_problem}")
    return " ".join(said)


def _words(view: OrderView, execution: Execution | None, ahead: int | None) -> Iterator[str]:
    yield f"{card_parts.title(order_card(view))} (status {view.status})"
    if view.order is not None:
        order = view.order
        yield order_parts.summary(order)
    yield from _so_far(view)
    yield from card_parts.remark_words(order_card(view))
    if note := _pending(view, ahead):
        yield escape(note, 900)
    yield from _execution_words(execution)
    if view.order is not None:
        yield from (escape(line, 200) for line in order_parts.lines(view.order, 60))


def _execution_words(execution: Execution | None) -> Iterator[str]:
    if execution is None:
        return
    yield f"Workflow Status: {execution.status}"
    for trouble in execution.failing_activities[:MAX_TROUBLES]:
        yield escape(_trouble(trouble), 400) + _next_try(trouble)


def _execution_blocks(execution: Execution | None) -> Iterator[Json]:
    if execution is None:
        return
    for trouble in execution.failing_activities[:MAX_TROUBLES]:
        yield section(plain("⚠️ " + _trouble(trouble)))
        if trouble.next_try_at is not None:
            yield context(mrkdwn(_next_try(trouble).strip(" ,")))
    began = slack_date(execution.started_at)
    ended = f", closed {slack_date(execution.closed_at)}" if execution.closed_at else ""
    yield context(
        mrkdwn(f"Workflow Status: `{execution.status}` · `{execution.workflow_id}` · started {began}{ended}")
    )


def _trouble(trouble: FailingActivity) -> str:
    return f"Waiting for {trouble.activity}, attempt {trouble.attempt}: {trouble.message}"


def _next_try(trouble: FailingActivity) -> str:
    return f", next try {slack_date(trouble.next_try_at)}" if trouble.next_try_at else ""
