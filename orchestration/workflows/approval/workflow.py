"""The signals and the query that the workflows of orders and refunds share."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from temporalio import workflow

from orchestration.contracts import names
from orchestration.contracts.names import REFRESH_CARD_SIGNAL
from orchestration.domain.actor import Actor, ActorKind, Surface
from orchestration.domain.approval.decision import Decision, DecisionKind, DecisionRequest
from orchestration.domain.approval.questions import AnswerRequest, QuestionRequest
from orchestration.domain.approval.verdict import Verdict
from orchestration.workflows.approval.card import CardUpdater
from orchestration.workflows.approval.state import ApprovalState

M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")


class ApprovalWorkflow:
    """Base class of workflows that wait for approval. A malformed signal never fails the workflow."""

    approval_state: ApprovalState
    _card: CardUpdater

    @workflow.signal(name=names.APPROVE_SIGNAL)
    def approve_order(self, decision: Any = None) -> None:
        """Judge one approval, a DecisionRequest."""
        self._judge(DecisionKind.APPROVE, decision)

    @workflow.signal(name=names.CANCEL_SIGNAL)
    def cancel_order(self, decision: Any = None) -> None:
        """Judge one cancel, a DecisionRequest."""
        self._judge(DecisionKind.CANCEL, decision)

    @workflow.signal(name=names.ASK_QUESTION_SIGNAL)
    def ask_question(self, request: Any = None) -> None:
        """Judge one question, a QuestionRequest."""
        if (question := parse_signal(QuestionRequest, request)) is not None:
            self.approval_state.add_question(question, workflow.now())

    @workflow.signal(name=names.ANSWER_QUESTION_SIGNAL)
    def answer_question(self, request: Any = None) -> None:
        """Judge one answer, an AnswerRequest."""
        if (answer := parse_signal(AnswerRequest, request)) is not None:
            self.approval_state.add_answer(answer, workflow.now())

    @workflow.signal(name=REFRESH_CARD_SIGNAL)
    def refresh_card(self) -> None:
        """Update the card again; the reconciler asks for it when the card was deleted or is outdated."""
        self._card.refresh()

    @workflow.query(name=names.VERDICT_QUERY)
    def verdict(self, decision_id: str) -> Verdict | None:
        """Return the verdict on a decision, question, answer or amendment; None if it has not arrived."""
        return self.approval_state.verdicts.get(decision_id)

    async def run_to_completion(self, main: Coroutine[Any, Any, T], is_cancelled: Callable[[], bool]) -> T:
        """Run `main` to its end. A cancellation of the workflow is only taken as a cancel decision.

        The workflow ends as cancelled if a cancellation was requested and `is_cancelled` is true at the end.
        """
        task = asyncio.create_task(main)
        cancel_requested = False
        while not task.done():
            try:
                await asyncio.shield(task)
            except asyncio.CancelledError:
                cancel_requested = True
                self._judge_cancellation()
        if cancel_requested and is_cancelled():
            raise asyncio.CancelledError("cancelled as requested")
        return task.result()

    def _judge_cancellation(self) -> None:
        # Temporal does not say who asked for the cancellation; whoever may cancel workflows is an operator.
        self.approval_state.add_decision(
            Decision(
                kind=DecisionKind.CANCEL,
                decision_id=f"temporal-{workflow.info().run_id}",
                actor=Actor(kind=ActorKind.OPERATOR, id="temporal"),
                surface=Surface.TEMPORAL,
                decided_at=workflow.now(),
            ),
            workflow.now(),
        )

    def _judge(self, kind: DecisionKind, body: Any) -> None:
        # A malformed decision is refused and recorded in the audit log; it must not fail the workflow.
        try:
            decision = Decision(kind=kind, **dict(DecisionRequest.model_validate(body)))
        except ValidationError as error:
            malformed = f"malformed-{workflow.uuid4()}"
            self.approval_state.refuse_malformed(kind, malformed, error, workflow.now())
        else:
            self.approval_state.add_decision(decision, workflow.now())


def parse_signal(model: type[M], body: Any) -> M | None:
    """Parse a signal's argument. Returns None, and logs an error, if it is malformed."""
    try:
        return model.model_validate(body)
    except ValidationError:
        workflow.logger.error("signal ignored: its argument is not a valid %s", model.__name__)
        return None
