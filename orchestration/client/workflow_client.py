"""The client of orders' and refunds' workflows: starts them, signals them, queries and describes them."""

import asyncio
from datetime import timedelta

from pydantic import BaseModel
from temporalio.client import Client, WorkflowFailureError, WorkflowHandle
from temporalio.common import (
    SearchAttributeKey,
    SearchAttributePair,
    TypedSearchAttributes,
    WorkflowIDReusePolicy,
)
from temporalio.exceptions import CancelledError, WorkflowAlreadyStartedError

from orchestration.client.calls import TemporalCalls
from orchestration.client.execution import from_description
from orchestration.client.signals import SignalSender
from orchestration.contracts import names
from orchestration.domain.approval.decision import DecisionKind, DecisionRequest
from orchestration.domain.approval.questions import AnswerRequest, QuestionRequest
from orchestration.domain.approval.verdict import Verdict
from orchestration.domain.errors import OrderNotFound, OrderOver
from orchestration.domain.order.amendment import AmendRequest
from orchestration.domain.order.order import Order
from orchestration.domain.order.status import OrderStatus
from orchestration.domain.order.summary import static_details, static_summary
from orchestration.domain.order.view import OrderView
from orchestration.domain.policy.approval_policy import Subject
from orchestration.domain.refund.refund import RefundRequest, RefundView
from orchestration.ports.workflows import Execution, Started

STATUS_ATTRIBUTE = SearchAttributeKey.for_keyword(names.STATUS_SEARCH_ATTRIBUTE)

_SIGNALS = {DecisionKind.APPROVE: names.APPROVE_SIGNAL, DecisionKind.CANCEL: names.CANCEL_SIGNAL}


class WorkflowClient:
    """Calls Temporal; each call takes at most `time_limit` seconds in all."""

    def __init__(self, client: Client, *, time_limit: float = 3.0) -> None:
        self._client = client
        self._time_limit = time_limit
        self._calls = TemporalCalls(client, time_limit)
        self._signals = SignalSender(client, time_limit)

    async def start(self, order: Order, *, run_timeout: timedelta | None = None) -> Started:
        """Start the order's workflow, once for each order id.

        Raises TemporalUnavailable or OutcomeUnknown (starting the same order again is safe).
        """
        workflow_id = names.order_workflow_id(order.order_id)
        try:
            async with self._calls.bounded():
                handle = await self._client.start_workflow(
                    names.ORDER_WORKFLOW,
                    order,
                    id=workflow_id,
                    task_queue=names.ORDER_TASK_QUEUE,
                    id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                    run_timeout=run_timeout,
                    static_summary=static_summary(order),
                    static_details=static_details(order),
                    search_attributes=TypedSearchAttributes(
                        [SearchAttributePair(STATUS_ATTRIBUTE, OrderStatus.CREATED.value)]
                    ),
                )
        except WorkflowAlreadyStartedError as error:
            return Started(order.order_id, workflow_id, error.run_id or "", already_started=True)
        return Started(order.order_id, workflow_id, handle.result_run_id or "", already_started=False)

    async def start_refund(self, request: RefundRequest) -> Started:
        """Start the workflow that refunds a shipped order; one refund of an order runs at a time.

        Raises TemporalUnavailable or OutcomeUnknown (starting again is safe: the money is paid back once).
        """
        workflow_id = names.refund_workflow_id(request.order_id)
        try:
            async with self._calls.bounded():
                handle = await self._client.start_workflow(
                    names.REFUND_WORKFLOW,
                    request,
                    id=workflow_id,
                    task_queue=names.ORDER_TASK_QUEUE,
                    # After a refund was turned down, another one may be requested.
                    id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
                    static_summary=f"Refund of order {request.order_id}",
                )
        except WorkflowAlreadyStartedError as error:
            return Started(request.order_id, workflow_id, error.run_id or "", already_started=True)
        return Started(request.order_id, workflow_id, handle.result_run_id or "", already_started=False)

    async def send_decision(
        self, order_id: str, kind: DecisionKind, request: DecisionRequest, subject: Subject = Subject.ORDER
    ) -> None:
        """Signal a decision. When this returns, Temporal has stored the signal; `verdict` returns its effect.

        Sending the same decision again is safe. Raises OrderNotFound, OrderOver, TemporalUnavailable (nothing
        was sent), OutcomeUnknown.
        """
        await self._send(subject, order_id, _SIGNALS[kind], request.decision_id, request)

    async def send_question(
        self, order_id: str, request: QuestionRequest, subject: Subject = Subject.ORDER
    ) -> None:
        """Signal a question, as `send_decision` does; `verdict` takes its question_id."""
        await self._send(subject, order_id, names.ASK_QUESTION_SIGNAL, request.question_id, request)

    async def send_answer(
        self, order_id: str, given: AnswerRequest, subject: Subject = Subject.ORDER
    ) -> None:
        """Signal an answer, as `send_decision` does; `verdict` takes its answer_id."""
        await self._send(subject, order_id, names.ANSWER_QUESTION_SIGNAL, given.answer_id, given)

    async def send_amendment(self, order_id: str, request: AmendRequest) -> None:
        """Signal an amendment, as `send_decision` does; `verdict` takes its amend_id."""
        await self._send(Subject.ORDER, order_id, names.AMEND_SIGNAL, request.amend_id, request)

    async def verdict(
        self,
        order_id: str,
        decision_id: str,
        *,
        wait_seconds: float = 2.0,
        subject: Subject = Subject.ORDER,
    ) -> Verdict | None:
        """Query the verdict on a decision, and poll for up to `wait_seconds` while the verdict is not final.

        None if the decision has not reached the workflow. Raises NoWorkerAnswered, OrderNotFound,
        TemporalUnavailable.
        """
        clock = asyncio.get_running_loop().time
        give_up = clock() + wait_seconds
        while True:
            verdict: Verdict | None = await self._calls.query(
                self._handle(order_id, subject),
                order_id,
                names.VERDICT_QUERY,
                Verdict | None,
                decision_id,
                limit=max(0.5, give_up - clock()),
            )
            if (verdict is not None and verdict.kind.is_settled) or clock() >= give_up:
                return verdict
            # The verdict depends on activities of the workflow, and queries cannot wait for them.
            await asyncio.sleep(0.1)

    async def status(self, order_id: str) -> OrderView:
        """Query the workflow for the whole order.

        Raises NoWorkerAnswered, OrderNotFound, TemporalUnavailable.
        """
        view: OrderView = await self._calls.query(
            self._handle(order_id), order_id, names.STATUS_QUERY, OrderView
        )
        return view

    async def refund_status(self, order_id: str) -> RefundView:
        """Query the workflow of the latest refund of an order. Raises as `status` does."""
        view: RefundView = await self._calls.query(
            self._handle(order_id, Subject.REFUND), order_id, names.STATUS_QUERY, RefundView
        )
        return view

    async def execution(self, order_id: str, subject: Subject = Subject.ORDER) -> Execution:
        """Describe the workflow execution. Raises OrderNotFound, TemporalUnavailable, OutcomeUnknown."""
        async with self._calls.bounded(order_id):
            description = await self._handle(order_id, subject).describe()
            return await from_description(description, self._client.data_converter)

    async def cancel_workflow(self, order_id: str) -> None:
        """Cancel the workflow in Temporal, which has the effect of an operator's cancel decision."""
        async with self._calls.bounded(order_id):
            await self._handle(order_id).cancel()

    async def wait_for_end(self, order_id: str) -> OrderView:
        """Wait, without a time limit, until the workflow has ended.

        Raises WorkflowFailureError if it was terminated or ran into its run timeout.
        """
        handle = self._client.get_workflow_handle(names.order_workflow_id(order_id), result_type=OrderView)
        try:
            view: OrderView = await handle.result()
        except WorkflowFailureError as failure:
            # A workflow that was cancelled in Temporal has refunded and ended as it should, without a result.
            if not isinstance(failure.cause, CancelledError):
                raise
            return await self.status(order_id)
        return view

    async def ping(self) -> None:
        """Raise RPCError unless Temporal answers."""
        await self._client.service_client.check_health(timeout=timedelta(seconds=self._time_limit))

    async def _send(
        self, subject: Subject, order_id: str, signal_name: str, request_id: str, body: BaseModel
    ) -> None:
        workflow_id = names.workflow_id(subject, order_id)
        try:
            async with self._calls.translated(order_id):
                await self._signals.send(workflow_id, signal_name, request_id, body)
        except OrderNotFound:
            # Temporal gives the same error for a workflow that has ended and for one that never existed.
            execution = await self.execution(order_id, subject)
            raise OrderOver(f"{subject} {order_id} has ended ({execution.status.lower()})") from None

    def _handle(self, order_id: str, subject: Subject = Subject.ORDER) -> WorkflowHandle[object, object]:
        return self._client.get_workflow_handle(names.workflow_id(subject, order_id))
