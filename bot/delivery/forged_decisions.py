"""Records well-formed decisions that Slack did not send, in the log and in the audit log of their order."""

import asyncio
import hashlib
from datetime import UTC, datetime

import structlog

from bot.dependencies import Dependencies
from bot.payloads.decision import ForgedDecision, SlackDecision
from orchestration.domain.actor import Actor, ActorKind
from orchestration.domain.approval.decision import Decision
from orchestration.domain.approval.verdict import JudgedDecision, Verdict, VerdictKind

log = structlog.stdlib.get_logger(__name__)

TIME_LIMIT = 1.0
"""Seconds for the database. A modal has to be acknowledged within three."""


class ForgedDecisionAudit:
    """Adds forged decisions to the audit log. They are never sent to a workflow."""

    def __init__(self, deps: Dependencies) -> None:
        self._deps = deps

    async def record(self, forged: ForgedDecision) -> None:
        """Record one. Never raises; if the database fails, the log line is the only record."""
        decision, why = forged.decision, str(forged)
        order_id = decision.value.order_id
        log.warning(
            "forged decision refused",
            problem=why,
            order_id=order_id,
            decision_id=decision.decision_id,
            kind=decision.kind,
            actor=decision.user,
        )
        try:
            async with asyncio.timeout(TIME_LIMIT):
                if await self._deps.reader.get(order_id) is not None:
                    judged = _judged(decision, why)
                    await self._deps.decisions.add(order_id, judged, decision.value.subject)
        except Exception:
            # The database can raise anything; the user gets an answer in every case.
            log.exception("forged decision not in the audit log", order_id=order_id)


def _judged(forged: SlackDecision, why: str) -> JudgedDecision:
    # The audit log keeps one event for each decision id, so the id of the genuine click must stay free.
    decision_id = "forged-" + hashlib.sha256(f"{forged.decision_id}|{why}".encode()).hexdigest()[:32]
    decision = Decision(
        decision_id=decision_id,
        kind=forged.kind,
        actor=Actor(kind=ActorKind.SLACK_USER, id=forged.user),
        surface=forged.surface,
        decided_at=forged.decided_at,
        revision=forged.value.revision,
        note=forged.note,
        override=forged.override,
    )
    verdict = Verdict(decision_id=decision_id, kind=VerdictKind.FORGED, at=datetime.now(UTC), detail=why)
    return JudgedDecision(decision=decision, verdict=verdict)
