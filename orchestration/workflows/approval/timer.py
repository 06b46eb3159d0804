"""The gate in a workflow: it waits for people, and lets happen what time brings.

It needs nothing of orders: whatever holds a `Case` can wait at it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Protocol

from temporalio import workflow

from orchestration.domain.approval import timers
from orchestration.domain.order.state import OrderState

MAX_EVENTS = 2_000
"""Length of the history from which a waiting workflow goes on in a new run. Temporal warns at 10,240."""


class TimedState(Protocol):
    """What remembers the case, and what is not stored of it yet."""

    case: OrderState

    @property
    def has_unstored(self) -> bool:
        """Whether anything waits to be stored."""

    def tick(self, now: datetime) -> None:
        """Let everything happen that is due."""


class GateTimer:
    """Waits at the gate. One timer is running at a time, for whatever comes next."""

    def __init__(
        self, holder: TimedState, store: Callable[[], Awaitable[None]], notify: Callable[[], None]
    ) -> None:
        """`store` stores what is unstored; `notify` is called when there is something to tell people."""
        self._holder = holder
        self._store = store
        self._notify = notify
        self._due: datetime | None = None
        self._alarm: asyncio.Task[None] | None = None

    async def wait(self) -> bool:
        """Return True once the gate has an outcome; False: it waits on, and should do so in a new run."""
        try:
            while self._is_open():
                self._set_alarm()
                if self._holder.case.notifications:
                    self._notify()
                await workflow.wait_condition(self._is_awake)
                if not self._is_open():
                    break
                if self._rang:
                    self._holder.tick(workflow.now())
                elif self._holder.has_unstored:
                    await self._store()
                elif _wants_a_new_run():
                    return False
        finally:
            if self._alarm is not None:
                self._alarm.cancel()
            self._alarm = self._due = None
        return True

    def _is_open(self) -> bool:
        return self._holder.case.gate.outcome is None

    @property
    def _rang(self) -> bool:
        return self._alarm is not None and self._alarm.done()

    def _is_awake(self) -> bool:
        moved = timers.next_due(self._holder.case.gate) != self._due
        return moved or not self._is_open() or self._rang or self._holder.has_unstored or _wants_a_new_run()

    def _set_alarm(self) -> None:
        due = timers.next_due(self._holder.case.gate)
        if due == self._due and not self._rang:
            return
        if self._alarm is not None:
            self._alarm.cancel()
        self._due = due
        self._alarm = None if due is None else asyncio.create_task(_sleep_until(due))


async def _sleep_until(due: datetime) -> None:
    await workflow.sleep(max((due - workflow.now()).total_seconds(), 0), summary="the gate")


def _wants_a_new_run() -> bool:
    info = workflow.info()
    is_long = info.is_continue_as_new_suggested() or info.get_current_history_length() > MAX_EVENTS
    # A wait can take weeks: the next reminder or click takes it over to the build that is current by then, so
    # that the workers of the old one can be stopped. False where workers are unversioned.
    return is_long or info.is_target_worker_deployment_version_changed()
