"""Tells people what they have to know while a gate waits, one notice at a time, the newest only."""

import asyncio
from collections.abc import Callable

from temporalio import workflow
from temporalio.exceptions import FailureError, is_cancelled_exception

from orchestration.contracts import SLACK_TASK_QUEUE, NotifyPeople, SlackActivity
from orchestration.domain import asking
from orchestration.domain.cardview import CardView
from orchestration.domain.gate import Gate
from orchestration.domain.notice import Notice, NoticeKind
from orchestration.retries import CHATTER, TRY_TIME_LIMIT
from orchestration.workflows.card import CardKeeper
from orchestration.workflows.failures import reason_of
from orchestration.workflows.gatefile import GateFile


class Notifier:
    """Hands notices to `slack-tq`. What was not told when the gate ends is not told any more."""

    def __init__(self, file: GateFile, card: CardKeeper, view: Callable[[], CardView]) -> None:
        self._file = file
        self._card = card
        self._view = view
        self._task: asyncio.Task[None] | None = None

    @property
    def is_idle(self) -> bool:
        """Whether nothing is on its way."""
        return self._task is None or self._task.done()

    def wake(self) -> None:
        """Start to tell what there is to tell."""
        if self.is_idle:
            self._task = asyncio.create_task(self._tell_all())

    def stop(self) -> None:
        """Tell no more: the gate has ended."""
        if self._task is not None:
            self._task.cancel()

    async def _tell_all(self) -> None:
        while notices := self._file.case.notices:
            # A reminder that has waited for Slack until the next one was due has become the next one.
            reminders = [each for each in notices if each.kind is NoticeKind.REMINDER]
            notice = next((each for each in notices if each not in reminders), notices[-1])
            await self._tell(notice)
            self._file.told(tuple(reminders) if notice in reminders else (notice,))

    async def _tell(self, notice: Notice) -> None:
        gate = self._file.case.gate
        people, channels = _addressees(gate, notice)
        if not people and not channels:
            return
        try:
            await workflow.execute_activity(
                SlackActivity.NOTIFY,
                NotifyPeople(
                    view=self._view(),
                    card=self._card.ref,
                    notice=notice,
                    people=people,
                    without=_spared(gate, notice),
                    channels=channels,
                ),
                task_queue=SLACK_TASK_QUEUE,
                start_to_close_timeout=TRY_TIME_LIMIT,
                retry_policy=CHATTER.policy,
                priority=CHATTER.priority,
                summary=f"{notice.kind} {notice.number}",
            )
        except FailureError as failure:
            if is_cancelled_exception(failure):
                # The gate has ended: there is nothing more to tell, and nobody waits for this task.
                raise asyncio.CancelledError from None
            # Only what no retry can mend ends here; the order waits on all the same.
            workflow.logger.error("people cannot be told: %s", reason_of(failure))


def _spared(gate: Gate, notice: Notice) -> tuple[str, ...]:
    # A question goes to the requester, whom reminders spare.
    talk = notice.kind in {NoticeKind.QUESTION, NoticeKind.ANSWER}
    return () if talk else asking.who_is_spared(gate)


def _addressees(gate: Gate, notice: Notice) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return people and channels."""
    match notice.kind:
        case NoticeKind.REMINDER:
            return asking.who_can_help(gate), ()
        case NoticeKind.ESCALATION if gate.tier is not None:
            return asking.who_was_just_asked(gate), gate.tier.escalations[notice.number - 1].channels
        case NoticeKind.QUESTION:
            return (gate.requester,), ()
        case NoticeKind.ANSWER:
            return (gate.questions[notice.number - 1].by.id,), ()
        case NoticeKind.AMENDMENT:
            return asking.who_can_help(gate), ()
        case _:
            return (), ()
