"""What every workflow with a gate hears and answers: decisions, questions, answers, verdicts."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from temporalio import workflow

from orchestration.contracts import names
from orchestration.contracts.reconciliation import REFRESH_CARD_SIGNAL
from orchestration.domain.actor import Actor, ActorKind, Surface
from orchestration.domain.approval.decision import Decision, DecisionKind, DecisionRequest
from orchestration.domain.approval.questions import AnswerRequest, QuestionRequest
from orchestration.domain.approval.verdict import Verdict
from orchestration.workflows.approval.card import CardUpdater
from orchestration.workflows.approval.state import ApprovalState

M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")


class ApprovalWorkflow:
    """Signals and the query `verdict`. A message that makes no sense is refused; the workflow lives on."""

    gate_file: ApprovalState
    _card: CardUpdater

    @workflow.signal(name=names.APPROVE_SIGNAL)
    def approve_order(self, decision: Any = None) -> None:
        """One approval: a DecisionRequest."""
        self._decide(DecisionKind.APPROVE, decision)

    @workflow.signal(name=names.CANCEL_SIGNAL)
    def cancel_order(self, decision: Any = None) -> None:
        """One cancel: a DecisionRequest."""
        self._decide(DecisionKind.CANCEL, decision)

    @workflow.signal(name=names.ASK_QUESTION_SIGNAL)
    def ask_question(self, request: Any = None) -> None:
        """One question: an QuestionRequest."""
        if (asked := understood(QuestionRequest, request)) is not None:
            self.gate_file.ask(asked, workflow.now())

    @workflow.signal(name=names.ANSWER_QUESTION_SIGNAL)
    def answer_question(self, answer: Any = None) -> None:
        """One answer: an AnswerRequest."""
        if (given := understood(AnswerRequest, answer)) is not None:
            self.gate_file.answer(given, workflow.now())

    @workflow.signal(name=REFRESH_CARD_SIGNAL)
    def refresh_card(self) -> None:
        """The reconciler's: somebody deleted the card, or drew an older state over it."""
        self._card.redraw()

    @workflow.query(name=names.VERDICT_QUERY)
    def verdict(self, decision_id: str) -> Verdict | None:
        """Return what became of a decision; None if it has not arrived."""
        return self.gate_file.verdicts.get(decision_id)

    async def to_its_end(self, story: Coroutine[Any, Any, T], was_cancelled: Callable[[], bool]) -> T:
        """Run the story to its end. Cancelling the workflow is a cancel decision and nothing else.

        Ends as cancelled if that was asked for and `was_cancelled`.
        """
        task = asyncio.create_task(story)
        stop_asked = False
        while not task.done():
            try:
                await asyncio.shield(task)
            except asyncio.CancelledError:
                stop_asked = True
                self.decide_from_temporal()
        if stop_asked and was_cancelled():
            raise asyncio.CancelledError("it was cancelled, as the workflow was asked to be")
        return task.result()

    def decide_from_temporal(self) -> None:
        """Take a cancel of the workflow as a cancel decision.

        Temporal does not say who asked; whoever may cancel workflows is an operator.
        """
        self.gate_file.decide(
            Decision(
                kind=DecisionKind.CANCEL,
                decision_id=f"temporal-{workflow.info().run_id}",
                actor=Actor(kind=ActorKind.OPERATOR, id="temporal"),
                surface=Surface.TEMPORAL,
                decided_at=workflow.now(),
            ),
            workflow.now(),
        )

    def _decide(self, kind: DecisionKind, body: Any) -> None:
        # A body that makes no sense is refused and kept in the audit log; it must not fail the order.
        try:
            decision = Decision(kind=kind, **dict(DecisionRequest.model_validate(body)))
        except ValidationError as error:
            malformed = f"malformed-{workflow.uuid4()}"
            self.gate_file.refuse_malformed(kind, malformed, error, workflow.now())
        else:
            self.gate_file.decide(decision, workflow.now())


def understood(model: type[M], body: Any) -> M | None:
    """Read a signal's body. None, and a line in the log, for what no bot and no CLI would send."""
    try:
        return model.model_validate(body)
    except ValidationError:
        workflow.logger.error("a signal that is no %s was refused", model.__name__)
        return None
