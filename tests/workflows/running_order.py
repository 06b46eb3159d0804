"""An order's workflow in a test: what people send to it, and what it answers."""

import asyncio
from datetime import UTC, datetime
from typing import Any

from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowHandle

from orchestration.contracts import names
from orchestration.domain.actor import Actor, ActorKind, Surface
from orchestration.domain.approval.decision import DecisionRequest
from orchestration.domain.approval.questions import AnswerRequest, QuestionRequest
from orchestration.domain.approval.verdict import Verdict, VerdictKind
from orchestration.domain.order.amendment import AmendRequest
from orchestration.domain.order.order import Order, OrderLine
from orchestration.domain.order.status import OrderStatus
from orchestration.domain.order.view import OrderView
from tests.support.orders import an_order
from tests.workflows.fake_activities import APPROVER, REQUESTER, FakeActivities

PAST = datetime(2020, 1, 1, tzinfo=UTC)
"""Before every deadline, for clicks whose time does not matter."""

CHEAPER = (OrderLine(sku="CHAIR-9", description="Office chair", quantity=3, unit_price=24_900),)
"""What an amendment changes the order's lines to: 747.00 EUR, which still needs an approval."""


class RunningOrder:
    """The workflow of one order, and what people do to the order."""

    def __init__(self, client: Client, fakes: FakeActivities, handle: WorkflowHandle[Any, Any]) -> None:
        self.client = client
        self.fakes = fakes
        self.handle = handle

    async def signal(self, name: str, actor: str, decision_id: str, **fields: Any) -> None:
        """Send a decision of a Slack user (or of an operator: ``operator:name``), without waiting."""
        kind = ActorKind.SLACK_USER
        if actor.startswith("operator:"):
            kind, actor = ActorKind.OPERATOR, actor.removeprefix("operator:")
        fields.setdefault("decided_at", PAST)
        request = DecisionRequest(
            decision_id=decision_id, actor=Actor(kind=kind, id=actor), surface=Surface.BUTTON, **fields
        )
        await self.handle.signal(name, request)

    async def approve(self, actor: str, decision_id: str = "d-approve", **fields: Any) -> Verdict:
        """Approve and return the verdict."""
        await self.signal(names.APPROVE_SIGNAL, actor, decision_id, **fields)
        return await self.verdict(decision_id)

    async def cancel(self, actor: str, decision_id: str = "d-cancel", **fields: Any) -> Verdict:
        """Cancel and return the verdict."""
        await self.signal(names.CANCEL_SIGNAL, actor, decision_id, **fields)
        return await self.verdict(decision_id)

    async def verdict(self, decision_id: str) -> Verdict:
        """Query the verdict."""
        verdict: Verdict = await self.handle.query(names.VERDICT_QUERY, decision_id, result_type=Verdict)
        return verdict

    async def view(self) -> OrderView:
        """Query the whole order."""
        view: OrderView = await self.handle.query(names.STATUS_QUERY, result_type=OrderView)
        return view

    async def end(self) -> OrderView:
        """Wait for the end and return the result."""
        view: OrderView = await self.handle.result()
        return view

    def recorded(self, kind: VerdictKind) -> list[str]:
        """Return the ids of the stored decisions with this verdict."""
        return [each.decision.decision_id for each in self.fakes.judged if each.verdict.kind is kind]

    async def ask(self, user: str = APPROVER, question_id: str = "q-1") -> Verdict:
        """Ask a question and return the verdict."""
        request = QuestionRequest(
            question_id=question_id,
            actor=person(user),
            surface=Surface.MODAL,
            asked_at=PAST,
            text="Which office?",
        )
        await self.handle.signal(names.ASK_QUESTION_SIGNAL, request)
        return await self.verdict(question_id)

    async def answer(self, user: str = REQUESTER, answer_id: str = "a-1") -> Verdict:
        """Answer the question q-1 and return the verdict."""
        given = AnswerRequest(
            answer_id=answer_id,
            question_id="q-1",
            actor=person(user),
            surface=Surface.MODAL,
            answered_at=PAST,
            text="The one in Kiel",
        )
        await self.handle.signal(names.ANSWER_QUESTION_SIGNAL, given)
        return await self.verdict(answer_id)

    async def send_amendment(self, user: str = REQUESTER, amend_id: str = "m-1", **changes: Any) -> None:
        """Send an amendment, without waiting for its verdict."""
        request = AmendRequest(
            amend_id=amend_id, actor=person(user), surface=Surface.CLI, amended_at=PAST, **changes
        )
        await self.handle.signal(names.AMEND_SIGNAL, request)

    async def amend(self, user: str = REQUESTER, amend_id: str = "m-1", **changes: Any) -> Verdict:
        """Amend the order and return the verdict once the amendment was validated."""
        await self.send_amendment(user, amend_id, **changes)
        while (verdict := await self.verdict(amend_id)).kind is VerdictKind.HELD:
            await asyncio.sleep(0.01)
        return verdict

    async def reach(self, status: OrderStatus) -> None:
        """Poll the workflow until the order has this status."""
        async with asyncio.timeout(10):
            while (await self.view()).status is not status:
                await asyncio.sleep(0.01)

    async def reach_cancellation(self) -> None:
        """Wait until the workflow has noticed its cancellation."""
        run_id = (await self.handle.describe()).run_id
        async with asyncio.timeout(10):
            while await self.handle.query("verdict", f"temporal-{run_id}") is None:
                await asyncio.sleep(0.01)

    async def reach_shipping_cancel(self) -> None:
        """Wait until ShippingWorkflow has been told to cancel while it still prepares the package."""
        shipping = self.client.get_workflow_handle(names.shipping_workflow_id(self.fakes.order_id))
        async with asyncio.timeout(10):
            while True:
                history = await shipping.fetch_history()
                types = {event.event_type for event in history.events}
                if EventType.EVENT_TYPE_ACTIVITY_TASK_CANCEL_REQUESTED in types:
                    return
                await asyncio.sleep(0.01)


async def start(
    client: Client, fakes: FakeActivities, submission: object = None, **options: Any
) -> RunningOrder:
    """Start an order's workflow, and return at once."""
    order = an_order(order_id=fakes.order_id) if submission is None else submission
    order_id = order.order_id if isinstance(order, Order) else "ord-raw"
    handle = await client.start_workflow(
        names.ORDER_WORKFLOW,
        order,
        id=names.order_workflow_id(order_id),
        task_queue=names.ORDER_TASK_QUEUE,
        result_type=OrderView,
        **options,
    )
    return RunningOrder(client, fakes, handle)


async def start_and_wait(client: Client, fakes: FakeActivities, order_id: str | None = None) -> RunningOrder:
    """Start an order's workflow, and return when it waits for approval."""
    case = await start(client, fakes, an_order(order_id=order_id or fakes.order_id))
    await case.reach(OrderStatus.PENDING_MANUAL_APPROVAL)
    return case


def person(user: str) -> Actor:
    """A Slack user."""
    return Actor(kind=ActorKind.SLACK_USER, id=user)
