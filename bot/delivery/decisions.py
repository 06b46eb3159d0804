"""Delivers decisions to workflows, from buttons and from modals, and tells the user the verdict."""

from datetime import UTC, datetime

import structlog

from bot.delivery.workflow_delivery import Judged, NotDelivered, VerdictUnknown, WorkflowClosed, deliver
from bot.dependencies import Dependencies
from bot.payloads.decision import SlackDecision
from bot.users.actors import ActorLookup
from bot.views.sentences.decisions import (
    SOMETHING_BROKE,
    error_sentence,
    over_sentence,
    verdict_sentence,
)
from bot.web_api.ephemeral_messages import EphemeralMessages
from orchestration.domain.approval.decision import Decision, DecisionRequest
from orchestration.domain.approval.verdict import JudgedDecision, Verdict, VerdictKind
from orchestration.domain.errors import NoWorkerAnswered, OrderNotFound, OrderOver
from orchestration.wording.names import subject_name

log = structlog.stdlib.get_logger(__name__)


class DecisionDelivery:
    """Delivers a decision and answers the user who made it."""

    def __init__(self, deps: Dependencies, actors: ActorLookup) -> None:
        self._deps = deps
        self._ephemeral = EphemeralMessages(deps.slack)
        self._actors = actors

    async def deliver(self, decision: SlackDecision) -> None:
        """Send the decision to its workflow and tell the user the verdict, unless the card shows it."""
        with structlog.contextvars.bound_contextvars(
            order_id=decision.value.order_id,
            decision_id=decision.decision_id,
            kind=decision.kind,
            actor=decision.user,
        ):
            try:
                sentence = await self._result(decision)
            except Exception:
                await self._tell(decision, SOMETHING_BROKE)
                raise
            if sentence is not None:
                await self._tell(decision, sentence)

    async def _tell(self, decision: SlackDecision, sentence: str) -> None:
        await self._ephemeral.send_text(decision.user, decision.channel, sentence, decision.response_url)

    async def _result(self, decision: SlackDecision) -> str | None:
        value = decision.value
        name = subject_name(value.subject, value.order_id)
        request = DecisionRequest(
            decision_id=decision.decision_id,
            actor=await self._actors.approver(decision.user, value.groups, decision.decided_at),
            surface=decision.surface,
            decided_at=decision.decided_at,
            revision=value.revision,
            note=decision.note,
            override=decision.override,
        )
        orders = self._deps.orders
        delivery = await deliver(
            orders,
            "decision",
            value,
            decision.decision_id,
            lambda: orders.send_decision(value.order_id, decision.kind, request, value.subject),
        )
        match delivery:
            case Judged(verdict):
                return verdict_sentence(verdict, decision.kind, name)
            case VerdictUnknown():
                return error_sentence(NoWorkerAnswered(), name)
            case NotDelivered(error):
                return error_sentence(error, name)
            case WorkflowClosed(closed):
                return await self._too_late(decision, request, name, closed)

    async def _too_late(
        self, decision: SlackDecision, request: DecisionRequest, name: str, error: OrderOver | OrderNotFound
    ) -> str:
        """Add a decision that came too late to the audit log, and return how the order or refund ended."""
        order_id, subject = decision.value.order_id, decision.value.subject
        verdict = Verdict(
            decision_id=decision.decision_id, kind=VerdictKind.ALREADY_OVER, at=datetime.now(UTC)
        )
        late = Decision(**request.model_dump(), kind=decision.kind)
        try:
            ended = await self._deps.reader.final_state(subject, order_id)
            if ended is None and isinstance(error, OrderNotFound):
                log.warning("decision refused: neither Temporal nor the database knows the order")
                return error_sentence(error, name)
            await self._deps.decisions.add(order_id, JudgedDecision(decision=late, verdict=verdict), subject)
        except Exception:
            # The database can raise anything; the user gets an answer in every case.
            log.exception("late decision not in the audit log", decision=late.model_dump_json())
            return over_sentence(name, None)
        log.info("decision came too late")
        return over_sentence(name, ended)
