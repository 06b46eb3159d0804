"""Tells people what they have to know while a gate waits, one notice at a time, the newest only."""

import asyncio
from collections.abc import Callable

from temporalio import workflow
from temporalio.exceptions import FailureError, is_cancelled_exception

from orchestration.contracts.activity_options import NOTIFICATION, TRY_TIME_LIMIT
from orchestration.contracts.names import SLACK_TASK_QUEUE
from orchestration.contracts.slack import NotifyPeople, SlackActivity
from orchestration.domain.approval import recipients
from orchestration.domain.approval.gate import Gate
from orchestration.domain.approval.notifications import Notification, NotificationKind
from orchestration.domain.card import CardView
from orchestration.workflows.approval.card import CardUpdater
from orchestration.workflows.approval.state import ApprovalState
from orchestration.workflows.failures import reason_of


class Notifier:
    """Hands notices to `slack-tq`. What was not told when the gate ends is not told any more."""

    def __init__(self, file: ApprovalState, card: CardUpdater, view: Callable[[], CardView]) -> None:
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
        while notifications := self._file.case.notifications:
            # A reminder that has waited for Slack until the next one was due has become the next one.
            reminders = [each for each in notifications if each.kind is NotificationKind.REMINDER]
            notification = next((each for each in notifications if each not in reminders), notifications[-1])
            await self._tell(notification)
            self._file.told(tuple(reminders) if notification in reminders else (notification,))

    async def _tell(self, notification: Notification) -> None:
        gate = self._file.case.gate
        people, channels = _addressees(gate, notification)
        if not people and not channels:
            return
        try:
            await workflow.execute_activity(
                SlackActivity.NOTIFY,
                NotifyPeople(
                    view=self._view(),
                    card=self._card.ref,
                    notification=notification,
                    people=people,
                    without=_spared(gate, notification),
                    channels=channels,
                ),
                task_queue=SLACK_TASK_QUEUE,
                start_to_close_timeout=TRY_TIME_LIMIT,
                retry_policy=NOTIFICATION.policy,
                priority=NOTIFICATION.priority,
                summary=f"{notification.kind} {notification.number}",
            )
        except FailureError as failure:
            if is_cancelled_exception(failure):
                # The gate has ended: there is nothing more to tell, and nobody waits for this task.
                raise asyncio.CancelledError from None
            # Only what no retry can mend ends here; the order waits on all the same.
            workflow.logger.error("people cannot be told: %s", reason_of(failure))


def _spared(gate: Gate, notification: Notification) -> tuple[str, ...]:
    # A question goes to the requester, whom reminders spare.
    talk = notification.kind in {NotificationKind.QUESTION, NotificationKind.ANSWER}
    return () if talk else recipients.excluded_people(gate)


def _addressees(gate: Gate, notification: Notification) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return people and channels."""
    match notification.kind:
        case NotificationKind.REMINDER:
            return recipients.useful_approvers(gate), ()
        case NotificationKind.ESCALATION if gate.tier is not None:
            return recipients.escalation_recipients(gate), gate.tier.escalations[
                notification.number - 1
            ].channels
        case NotificationKind.QUESTION:
            return (gate.requester,), ()
        case NotificationKind.ANSWER:
            return (gate.questions[notification.number - 1].by.id,), ()
        case NotificationKind.AMENDMENT:
            return recipients.useful_approvers(gate), ()
        case _:
            return (), ()
