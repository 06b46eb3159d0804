"""The one client of the workflows: start, decide, ask. Temporal's errors become the domain's.

Every call is bounded as a whole: the SDK retries inside its own limits, so an `rpc_timeout` alone is not one.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pydantic import BaseModel
from temporalio.client import Client, WorkflowFailureError, WorkflowHandle, WorkflowQueryFailedError
from temporalio.common import (
    SearchAttributeKey,
    SearchAttributePair,
    TypedSearchAttributes,
    WorkflowIDReusePolicy,
)
from temporalio.exceptions import CancelledError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from orchestration.client.execution import Execution, from_description
from orchestration.client.signals import CONNECT_ERROR, TRANSIENT_STATUSES, SignalSender
from orchestration.contracts import names
from orchestration.domain.approval.decision import DecisionKind, DecisionRequest
from orchestration.domain.approval.questions import AnswerRequest, QuestionRequest
from orchestration.domain.approval.verdict import Verdict
from orchestration.domain.errors import (
    NoWorkerAnswered,
    OrderNotFound,
    OrderOver,
    OutcomeUnknown,
    TemporalUnavailable,
)
from orchestration.domain.order.amendment import AmendRequest
from orchestration.domain.order.order import Order
from orchestration.domain.order.status import OrderStatus
from orchestration.domain.order.summary import static_details, static_summary
from orchestration.domain.order.view import OrderView
from orchestration.domain.policy.approval_policy import Subject
from orchestration.domain.refund.refund import RefundRequest, RefundView

STATUS_ATTRIBUTE = SearchAttributeKey.for_keyword(names.STATUS_SEARCH_ATTRIBUTE)

_SIGNALS = {DecisionKind.APPROVE: names.APPROVE_SIGNAL, DecisionKind.CANCEL: names.CANCEL_SIGNAL}


@dataclass(frozen=True, slots=True)
class Started:
    """Answer to a start. `already` means that this order was started before, and nothing was doubled."""

    order_id: str
    workflow_id: str
    run_id: str
    already_started: bool


class WorkflowClient:
    """`time_limit` (seconds) bounds each call as a whole."""

    def __init__(self, client: Client, *, time_limit: float = 3.0) -> None:
        self._client = client
        self._time_limit = time_limit
        self._signals = SignalSender(client, time_limit)

    async def start(self, order: Order, *, run_timeout: timedelta | None = None) -> Started:
        """Start the order's workflow, once for each order id.

        Raises TemporalUnavailable or OutcomeUnknown (starting the same order again is safe).
        """
        workflow_id = names.order_workflow_id(order.order_id)
        try:
            async with self._bounded():
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
        """Start to refund a shipped order; one refund of an order runs at a time.

        Raises TemporalUnavailable or OutcomeUnknown (asking again is safe: money goes back once).
        """
        workflow_id = names.refund_workflow_id(request.order_id)
        try:
            async with self._bounded():
                handle = await self._client.start_workflow(
                    names.REFUND_WORKFLOW,
                    request,
                    id=workflow_id,
                    task_queue=names.ORDER_TASK_QUEUE,
                    # One that was turned down may be asked for again.
                    id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
                    static_summary=f"Refund of order {request.order_id}",
                )
        except WorkflowAlreadyStartedError as error:
            return Started(request.order_id, workflow_id, error.run_id or "", already_started=True)
        return Started(request.order_id, workflow_id, handle.result_run_id or "", already_started=False)

    async def send_decision(
        self, order_id: str, kind: DecisionKind, request: DecisionRequest, subject: Subject = Subject.ORDER
    ) -> None:
        """Send a decision. When this returns Temporal has it, whatever dies next; `verdict` says what it did.

        Sending the same decision again is safe. Raises OrderNotFound, OrderOver, TemporalUnavailable (nothing
        was sent), OutcomeUnknown.
        """
        await self._send(subject, order_id, _SIGNALS[kind], request.decision_id, request)

    async def send_question(
        self, order_id: str, request: QuestionRequest, subject: Subject = Subject.ORDER
    ) -> None:
        """Send a question, as `decide` sends a decision; `verdict` by its question_id says what it did."""
        await self._send(subject, order_id, names.ASK_QUESTION_SIGNAL, request.question_id, request)

    async def send_answer(
        self, order_id: str, given: AnswerRequest, subject: Subject = Subject.ORDER
    ) -> None:
        """Send an answer, as `decide` sends a decision; `verdict` by its answer_id says what it did."""
        await self._send(subject, order_id, names.ANSWER_QUESTION_SIGNAL, given.answer_id, given)

    async def send_amendment(self, order_id: str, request: AmendRequest) -> None:
        """Send an amendment, as `decide` sends a decision; `verdict` by its amend_id says what it did."""
        await self._send(Subject.ORDER, order_id, names.AMEND_SIGNAL, request.amend_id, request)

    async def _send(
        self, subject: Subject, order_id: str, signal_name: str, request_id: str, body: BaseModel
    ) -> None:
        workflow_id = names.workflow_id(subject, order_id)
        try:
            async with self._translated(order_id):
                await self._signals.send(workflow_id, signal_name, request_id, body)
        except OrderNotFound:
            await self._raise_if_over(order_id, subject)
            raise

    async def _raise_if_over(self, order_id: str, subject: Subject) -> None:
        # A signal to a workflow that has ended and one to none at all get the same answer.
        execution = await self.execution(order_id, subject)
        raise OrderOver(f"{subject} {order_id} has ended ({execution.status.lower()})")

    async def _raise_if_unreachable(self) -> None:
        try:
            await self._client.service_client.check_health(timeout=timedelta(seconds=0.5))
        except RPCError as error:
            if CONNECT_ERROR in error.message:
                raise TemporalUnavailable(f"Temporal cannot be reached: {error.message}") from error

    async def verdict(
        self,
        order_id: str,
        decision_id: str,
        *,
        wait_seconds: float = 2.0,
        subject: Subject = Subject.ORDER,
    ) -> Verdict | None:
        """Ask what became of a decision, for up to `wait_seconds` seconds while it is not settled.

        None if the workflow has not seen it. Raises NoWorkerAnswered, OrderNotFound, TemporalUnavailable.
        """
        clock = asyncio.get_running_loop().time
        give_up = clock() + wait_seconds
        while True:
            verdict: Verdict | None = await self._query(
                order_id,
                names.VERDICT_QUERY,
                Verdict | None,
                decision_id,
                limit=max(0.5, give_up - clock()),
                subject=subject,
            )
            if (verdict is not None and verdict.kind.is_settled) or clock() >= give_up:
                return verdict
            # The answer hangs on other activities; there is no event to wait for from out here.
            await asyncio.sleep(0.1)

    async def status(self, order_id: str) -> OrderView:
        """Ask the workflow for the whole order.

        Raises NoWorkerAnswered, OrderNotFound, TemporalUnavailable.
        """
        view: OrderView = await self._query(order_id, names.STATUS_QUERY, OrderView, limit=self._time_limit)
        return view

    async def refund_status(self, order_id: str) -> RefundView:
        """Ask the workflow for the latest refund of an order. Raises as `status` does."""
        view: RefundView = await self._query(
            order_id, names.STATUS_QUERY, RefundView, limit=self._time_limit, subject=Subject.REFUND
        )
        return view

    async def execution(self, order_id: str, subject: Subject = Subject.ORDER) -> Execution:
        """Ask Temporal itself. Raises OrderNotFound, TemporalUnavailable, OutcomeUnknown."""
        async with self._bounded(order_id):
            description = await self._handle(order_id, subject).describe()
            return await from_description(description, self._client.data_converter)

    async def cancel_workflow(self, order_id: str) -> None:
        """Ask Temporal to cancel the workflow, which does the same as a cancel decision of an operator."""
        async with self._bounded(order_id):
            await self._handle(order_id).cancel()

    async def wait_for_end(self, order_id: str) -> OrderView:
        """Wait, without a limit, until the workflow has ended.

        Raises WorkflowFailureError if it did not end by itself: terminated, or its run timeout was over.
        """
        handle = self._client.get_workflow_handle(names.order_workflow_id(order_id), result_type=OrderView)
        try:
            view: OrderView = await handle.result()
        except WorkflowFailureError as failure:
            # Cancelled through Temporal it has compensated and ended well; it only returns nothing.
            if not isinstance(failure.cause, CancelledError):
                raise
            return await self.status(order_id)
        return view

    async def ping(self) -> None:
        """Raise unless Temporal answers."""
        await self._client.service_client.check_health(timeout=timedelta(seconds=self._time_limit))

    def _handle(self, order_id: str, subject: Subject = Subject.ORDER) -> WorkflowHandle[object, object]:
        return self._client.get_workflow_handle(names.workflow_id(subject, order_id))

    async def _query(
        self,
        order_id: str,
        name: str,
        result_type: Any,
        *args: object,
        limit: float,
        subject: Subject = Subject.ORDER,
    ) -> Any:
        try:
            async with asyncio.timeout(limit), self._translated(order_id):
                return await self._handle(order_id, subject).query(name, args=args, result_type=result_type)
        except TimeoutError:
            await self._raise_if_unreachable()
            raise NoWorkerAnswered from None

    @asynccontextmanager
    async def _bounded(self, order_id: str | None = None) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._time_limit), self._translated(order_id):
                yield
        except TimeoutError:
            await self._raise_if_unreachable()
            raise OutcomeUnknown from None

    @asynccontextmanager
    async def _translated(self, order_id: str | None) -> AsyncIterator[None]:
        try:
            yield
        except WorkflowQueryFailedError as error:
            raise NoWorkerAnswered(f"the worker could not answer: {error}") from error
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND and order_id is not None:
                raise OrderNotFound(f"there is no order {order_id}") from None
            if error.status in TRANSIENT_STATUSES:
                raise TemporalUnavailable(f"Temporal cannot be reached: {error.message}") from error
            if error.status in {RPCStatusCode.DEADLINE_EXCEEDED, RPCStatusCode.CANCELLED}:
                raise TimeoutError from error
            if error.status is RPCStatusCode.FAILED_PRECONDITION:
                raise NoWorkerAnswered(f"no worker is polling: {error.message}") from error
            raise
