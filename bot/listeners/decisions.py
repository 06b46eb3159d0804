"""Clicks: who clicked what on which card, what the workflow says to it, and the answer to the clicker."""

from datetime import UTC, datetime

import structlog
from slack_bolt.async_app import AsyncApp

from bot.dependencies import Body, Dependencies, acked
from bot.ids import ActionId
from bot.listeners.actors import ActorLookup
from bot.listeners.forged_decisions import ForgedDecisions
from bot.payloads.messages import Click, Forged, PayloadRefused, parse_click, where_to_answer
from bot.views.blocks.text import Message
from bot.views.sentences.decisions import (
    ALTERED_BUTTON,
    SOMETHING_BROKE,
    error_sentence,
    over_sentence,
    verdict_sentence,
)
from bot.web_api.responses import Responses
from orchestration.domain.approval.decision import Decision, DecisionRequest
from orchestration.domain.approval.verdict import JudgedDecision, Verdict, VerdictKind
from orchestration.domain.errors import (
    CountersignError,
    NoWorkerAnswered,
    OrderNotFound,
    OrderOver,
    OutcomeUnknown,
    TemporalUnavailable,
)

log = structlog.stdlib.get_logger(__name__)


def register(app: AsyncApp, deps: Dependencies, clicks: "Decisions") -> None:
    """Approve and Cancel on cards."""
    app.action(ActionId.APPROVE.value)(acked(clicks.decide, deps.in_flight))
    app.action(ActionId.CANCEL.value)(acked(clicks.decide, deps.in_flight))


class Decisions:
    """One path for every decision, whether a button or a modal made it; only its kind differs."""

    def __init__(self, deps: Dependencies, actors: ActorLookup) -> None:
        self._deps = deps
        self._answers = Responses(deps.slack)
        self._actors = actors
        self._forgeries = ForgedDecisions(deps)

    async def decide(self, body: Body) -> None:
        """Hand the click to the workflow and tell the clicker what came of it."""
        try:
            click = parse_click(body, self._deps.identity)
        except PayloadRefused as refused:
            if isinstance(refused, Forged):
                await self._forgeries.audit(refused)
            else:
                log.warning("refused a click", problem=str(refused))
            if url := where_to_answer(body):
                await self._answers.respond(url, Message(text=ALTERED_BUTTON))
            return
        await self.carry_out(click)

    async def carry_out(self, click: Click) -> None:
        """Do the same with a decision that has been read already."""
        with structlog.contextvars.bound_contextvars(
            order_id=click.value.order_id, decision_id=click.decision_id
        ):
            try:
                sentence = await self._judged(click)
            except Exception:
                await self._tell(click, SOMETHING_BROKE)
                raise
            if sentence is not None:
                await self._tell(click, sentence)

    async def _tell(self, click: Click, sentence: str) -> None:
        await self._answers.tell(click.user, click.channel, sentence, click.response_url)

    async def _judged(self, click: Click) -> str | None:
        order_id = click.value.order_id
        request = DecisionRequest(
            decision_id=click.decision_id,
            actor=await self._actors.actor(click.user, click.value.groups, click.decided_at),
            surface=click.surface,
            decided_at=click.decided_at,
            revision=click.value.revision,
            note=click.note,
            override=click.override,
        )
        try:
            await self._deps.orders.send_decision(order_id, click.kind, request, click.value.subject)
        except (OrderOver, OrderNotFound) as error:
            return await self._over(click, request, error)
        except (TemporalUnavailable, OutcomeUnknown) as error:
            log.warning("a click was not taken", kind=click.kind, actor=click.user, problem=str(error))
            return error_sentence(error, click.name)
        return await self._verdict_sentence(click)

    async def _verdict_sentence(self, click: Click) -> str | None:
        order_id = click.value.order_id
        try:
            verdict = await self._deps.orders.verdict(
                order_id, click.decision_id, subject=click.value.subject
            )
        except CountersignError as error:
            # Temporal has the click, whatever kept the answer away.
            log.warning("a click is stored, its verdict is not known yet", problem=str(error))
            return error_sentence(NoWorkerAnswered(), click.name)
        log.info("a click", kind=click.kind, actor=click.user, verdict=verdict.kind if verdict else None)
        return verdict_sentence(verdict, click.kind, click.name)

    async def _over(
        self, click: Click, request: DecisionRequest, error: OrderOver | OrderNotFound
    ) -> str | None:
        """Answer a click for an order that has ended: perhaps this very click, delivered twice, ended it."""
        order_id = click.value.order_id
        try:
            verdict = await self._deps.orders.verdict(
                order_id, click.decision_id, wait_seconds=0, subject=click.value.subject
            )
        except CountersignError:
            verdict = None
        if verdict is not None:
            return verdict_sentence(verdict, click.kind, click.name)
        late = Verdict(decision_id=click.decision_id, kind=VerdictKind.ALREADY_OVER, at=datetime.now(UTC))
        decision = Decision(**request.model_dump(), kind=click.kind)
        try:
            subject = click.value.subject
            ended = await self._deps.reader.ended(subject, order_id)
            if ended is None and isinstance(error, OrderNotFound):
                log.warning("a click for an order that nobody knows", kind=click.kind, actor=click.user)
                return error_sentence(error, click.name)
            judged = JudgedDecision(decision=decision, verdict=late)
            await self._deps.decisions.add(order_id, judged, subject)
        except Exception:
            # Whatever a database raises: the clicker is answered all the same.
            log.exception("a late click could not be audited", decision=decision.model_dump_json())
            return over_sentence(click.name, None)
        log.info("a click came too late", kind=click.kind, actor=click.user)
        return over_sentence(click.name, ended)
