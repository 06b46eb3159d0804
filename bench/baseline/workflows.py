"""Bare workflows: the Temporal calls of an order without its logic, as the baseline of its cost.

Same signal, same wait with a time limit, same child on its own task queue, same number of business steps;
`with_card` adds as many steps as OrderWorkflow takes to draw its card, at the same moments.
"""

import asyncio
from datetime import timedelta
from typing import Any

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from orchestration.contracts.activities import OrderActivity, ShippingActivity
    from orchestration.contracts.activity_options import START_TO_CLOSE, STORE
    from orchestration.contracts.names import (
        APPROVE_SIGNAL,
        SHIPPING_TASK_QUEUE,
        SLACK_TASK_QUEUE,
        shipping_workflow_id,
    )
    from orchestration.contracts.slack import SlackActivity

BARE_ORDER, BARE_SHIPPING = "BareOrder", "BareShipping"
_EXPIRES_AFTER = timedelta(hours=72)


@workflow.defn(name=BARE_ORDER)
class BareOrder:
    """The bare counterpart of OrderWorkflow: only the calls."""

    def __init__(self) -> None:
        self._approved = False

    @workflow.run
    async def run(self, order_id: str, with_card: bool) -> None:
        """Take every step once; `with_card`: those of the card too."""
        for name in (OrderActivity.RECEIVE, OrderActivity.VALIDATE, OrderActivity.RESOLVE_POLICY):
            await _step(name, order_id)
        card = asyncio.create_task(self._card(order_id)) if with_card else None
        await workflow.wait_condition(lambda: self._approved, timeout=_EXPIRES_AFTER)
        await _step(OrderActivity.CHARGE, order_id)
        await workflow.execute_child_workflow(
            BARE_SHIPPING, order_id, id=shipping_workflow_id(order_id), task_queue=SHIPPING_TASK_QUEUE
        )
        if card is not None:
            await card
            await _step(SlackActivity.UPDATE_CARD, order_id, SLACK_TASK_QUEUE)

    @workflow.signal(name=APPROVE_SIGNAL)
    def approve(self, decision: Any = None) -> None:  # noqa: ARG002 - the signal's body, unread
        """Go on."""
        self._approved = True

    async def _card(self, order_id: str) -> None:
        await _step(SlackActivity.POST_CARD, order_id, SLACK_TASK_QUEUE)
        await workflow.wait_condition(lambda: self._approved)
        await _step(SlackActivity.UPDATE_CARD, order_id, SLACK_TASK_QUEUE)


@workflow.defn(name=BARE_SHIPPING)
class BareShipping:
    """The bare counterpart of ShippingWorkflow."""

    @workflow.run
    async def run(self, order_id: str) -> None:
        """Two steps."""
        await _step(ShippingActivity.PREPARE, order_id)
        await _step(ShippingActivity.DISPATCH, order_id)


async def _step(name: str, order_id: str, task_queue: str | None = None) -> None:
    await workflow.execute_activity(
        name,
        order_id,
        task_queue=task_queue,
        start_to_close_timeout=START_TO_CLOSE,
        retry_policy=STORE.retry_policy,
    )
