"""Decisions that are well formed and not genuine: logged, and kept in the audit log of their order."""

import asyncio
import hashlib
from datetime import UTC, datetime

import structlog

from bot.dependencies import Dependencies
from bot.payloads.messages import Click, Forged
from orchestration.domain.actor import Actor, ActorKind
from orchestration.domain.approval.decision import Decision
from orchestration.domain.approval.verdict import JudgedDecision, Verdict, VerdictKind

log = structlog.stdlib.get_logger(__name__)

TIME_LIMIT = 1.0
"""Seconds for the database: a modal has three until its ack."""


class ForgedDecisions:
    """No workflow hears of them: they say nothing of what anybody wants."""

    def __init__(self, deps: Dependencies) -> None:
        self._deps = deps

    async def audit(self, forged: Forged) -> None:
        """Keep it. Never raises; without a database the log line is all there is."""
        click, why = forged.click, str(forged)
        order_id = click.value.order_id
        log.warning(
            "refused a forged decision", problem=why, order_id=order_id, kind=click.kind, actor=click.user
        )
        try:
            async with asyncio.timeout(TIME_LIMIT):
                if await self._deps.reader.get(order_id) is not None:
                    await self._deps.decisions.add(order_id, _judged(click, why), click.value.subject)
        except Exception:
            # Whatever a database raises: the clicker is answered all the same.
            log.exception("a forged decision could not be audited", order_id=order_id)


def _judged(click: Click, why: str) -> JudgedDecision:
    # Not the id that the genuine click has, or would have: the audit log keeps one event for each.
    decision_id = "forged-" + hashlib.sha256(f"{click.decision_id}|{why}".encode()).hexdigest()[:32]
    decision = Decision(
        decision_id=decision_id,
        kind=click.kind,
        actor=Actor(kind=ActorKind.SLACK_USER, id=click.user),
        surface=click.surface,
        decided_at=click.decided_at,
        revision=click.value.revision,
        note=click.note,
        override=click.override,
    )
    verdict = Verdict(decision_id=decision_id, kind=VerdictKind.FORGED, at=datetime.now(UTC), detail=why)
    return JudgedDecision(decision=decision, verdict=verdict)
