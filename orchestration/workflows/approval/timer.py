"""Waits until a gate has an outcome, and wakes up for reminders, escalations and the deadline."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

from temporalio import workflow

from orchestration.domain.approval import timers
from orchestration.workflows.approval.state import ApprovalState

MAX_EVENTS = 2_000
"""Length of the history from which a waiting workflow continues as new. Temporal warns at 10,240."""


class GateTimer:
    """Waits at the gate with one Temporal timer at a time, for whatever is due next."""

    def __init__(
        self, state: ApprovalState, store: Callable[[], Awaitable[None]], notify: Callable[[], None]
    ) -> None:
        """`store` stores the pending writes; `notify` is called when there are notifications to send."""
        self._state = state
        self._store = store
        self._notify = notify
        self._due_at: datetime | None = None
        self._timer: asyncio.Task[None] | None = None

    async def wait(self) -> bool:
        """Wait. True: the gate has an outcome. False: go on waiting after continuing as new."""
        try:
            while self._is_open():
                self._set_timer()
                if self._state.order_state.notifications:
                    self._notify()
                await workflow.wait_condition(self._has_work)
                if not self._is_open():
                    break
                if self._has_fired:
                    self._state.apply_due_events(workflow.now())
                elif self._state.has_pending_writes:
                    await self._store()
                elif _should_continue_as_new():
                    return False
        finally:
            if self._timer is not None:
                self._timer.cancel()
            self._timer = self._due_at = None
        return True

    def _is_open(self) -> bool:
        return self._state.gate.outcome is None

    @property
    def _has_fired(self) -> bool:
        return self._timer is not None and self._timer.done()

    def _has_work(self) -> bool:
        moved = timers.next_timer_at(self._state.gate) != self._due_at
        has_work = not self._is_open() or self._has_fired or self._state.has_pending_writes
        return moved or has_work or _should_continue_as_new()

    def _set_timer(self) -> None:
        due_at = timers.next_timer_at(self._state.gate)
        if due_at == self._due_at and not self._has_fired:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._due_at = due_at
        self._timer = None if due_at is None else asyncio.create_task(_sleep_until(due_at))


async def _sleep_until(due_at: datetime) -> None:
    seconds = max((due_at - workflow.now()).total_seconds(), 0)
    await workflow.sleep(seconds, summary="next reminder, escalation or deadline")


def _should_continue_as_new() -> bool:
    info = workflow.info()
    is_long = info.is_continue_as_new_suggested() or info.get_current_history_length() > MAX_EVENTS
    # A wait can take weeks. The next reminder or click moves it to the build that is current by then, so that
    # workers of the old build can be stopped. False where workers are unversioned.
    return is_long or info.is_target_worker_deployment_version_changed()
