"""Sends reminders, escalations, questions and answers to people in Slack while the gate is open."""

import asyncio
from collections.abc import Callable

from temporalio import workflow
from temporalio.exceptions import FailureError, is_cancelled_exception

from orchestration.contracts.activity_options import NOTIFICATION
from orchestration.contracts.names import SLACK_TASK_QUEUE
from orchestration.contracts.slack import NotifyPeople, SlackActivity
from orchestration.domain.approval import recipients
from orchestration.domain.approval.gate import Gate
from orchestration.domain.approval.notifications import Notification, NotificationKind
from orchestration.domain.card import CardView
from orchestration.workflows import activity_calls
from orchestration.workflows.approval.card import CardUpdater
from orchestration.workflows.approval.state import ApprovalState
from orchestration.workflows.failures import reason_of


class Notifier:
    """Sends notifications one at a time on `slack-tq`. Those not sent when the gate ends are dropped."""

    def __init__(self, state: ApprovalState, card: CardUpdater, view: Callable[[], CardView]) -> None:
        self._state = state
        self._card = card
        self._view = view
        self._task: asyncio.Task[None] | None = None

    @property
    def is_idle(self) -> bool:
        """Whether no notification is being sent."""
        return self._task is None or self._task.done()

    def start(self) -> None:
        """Send what is waiting to be sent, unless that is under way already."""
        if self.is_idle:
            self._task = asyncio.create_task(self._send_all())

    def stop(self) -> None:
        """Send nothing more, because the gate has ended."""
        if self._task is not None:
            self._task.cancel()

    async def _send_all(self) -> None:
        while notifications := self._state.order_state.notifications:
            # If several reminders have piled up while Slack was slow, only the last of them is sent.
            reminders = [each for each in notifications if each.kind is NotificationKind.REMINDER]
            notification = next((each for each in notifications if each not in reminders), notifications[-1])
            await self._send(notification)
            self._state.remove_notifications(
                tuple(reminders) if notification in reminders else (notification,)
            )

    async def _send(self, notification: Notification) -> None:
        gate = self._state.gate
        people, channels = _recipients(gate, notification)
        if not people and not channels:
            return
        try:
            await activity_calls.execute(
                SlackActivity.NOTIFY,
                NotifyPeople(
                    card_view=self._view(),
                    card=self._card.ref,
                    notification=notification,
                    people=people,
                    excluded=_excluded(gate, notification),
                    channels=channels,
                ),
                NOTIFICATION,
                task_queue=SLACK_TASK_QUEUE,
                summary=f"{notification.kind} {notification.number}",
            )
        except FailureError as failure:
            if is_cancelled_exception(failure):
                # The gate has ended, so this task has nothing left to do.
                raise asyncio.CancelledError from None
            # Only errors that no retry can fix end here; the order goes on waiting.
            workflow.logger.error("%s not sent in Slack: %s", notification.kind, reason_of(failure))


def _excluded(gate: Gate, notification: Notification) -> tuple[str, ...]:
    # Questions go to the requester, who gets no reminders.
    is_conversation = notification.kind in {NotificationKind.QUESTION, NotificationKind.ANSWER}
    return () if is_conversation else recipients.excluded_people(gate)


def _recipients(gate: Gate, notification: Notification) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return people and channels."""
    match notification.kind:
        case NotificationKind.REMINDER | NotificationKind.AMENDMENT:
            return recipients.useful_approvers(gate), ()
        case NotificationKind.ESCALATION if gate.tier is not None:
            escalation = gate.tier.escalations[notification.number - 1]
            return recipients.escalation_recipients(gate), escalation.channels
        case NotificationKind.QUESTION:
            return (gate.requester,), ()
        case NotificationKind.ANSWER:
            return (gate.questions[notification.number - 1].by.id,), ()
        case _:
            return (), ()
