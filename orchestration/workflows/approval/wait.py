"""Waits for an approval's outcome.

While it waits, it updates the card, sends notifications, stores decisions, and continues as new before the
history grows too long.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine
from datetime import timedelta
from typing import Any, NoReturn

from temporalio import workflow

from orchestration.domain.approval.verdict import Outcome
from orchestration.workflows.approval.card import CardUpdater
from orchestration.workflows.approval.continue_as_new import MAX_VERDICTS, GateContinueAsNewState
from orchestration.workflows.approval.notifier import Notifier
from orchestration.workflows.approval.state import ApprovalState
from orchestration.workflows.approval.timer import GateTimer

SLACK_CALLS_TIME_LIMIT = timedelta(seconds=30)
"""How long a run waits for its activities on `slack-tq` before it continues as new."""


class ApprovalWait:
    """What an order's or a refund's workflow does from the moment its gate opens until the workflow ends."""

    def __init__(
        self,
        state: ApprovalState,
        card: CardUpdater,
        store: Callable[[], Awaitable[None]],
    ) -> None:
        """`store` stores the state's pending writes."""
        self._state = state
        self._card = card
        self._store = store
        self._notifier = Notifier(state, card, card.view)
        self._card_updates: asyncio.Task[None] | None = None
        self.started_at = workflow.info().workflow_start_time

    @property
    def has_begun(self) -> bool:
        """Whether the workflow waits, or has waited, for people."""
        return self._card_updates is not None

    @property
    def continue_as_new_state(self) -> GateContinueAsNewState:
        """What the next run has to know."""
        return GateContinueAsNewState(
            started_at=self.started_at,
            order_state=self._state.order_state,
            version=self._state.version,
            verdicts=tuple(self._state.verdicts.values())[-MAX_VERDICTS:],
            pending_writes=self._state.pending_writes,
            card=self._card.continue_as_new_state,
        )

    def restore(self, previous: GateContinueAsNewState) -> None:
        """Take over what the previous run knew of the card."""
        self._card.restore(previous.card)
        self.started_at = previous.started_at

    async def wait_for_outcome(self, continue_as_new: Callable[[], NoReturn]) -> Outcome:
        """Return the gate's outcome once there is one."""
        self._card_updates = asyncio.create_task(self._card.run())
        timer = GateTimer(self._state, self._store, self._notifier.start)
        while not await timer.wait():
            # If Slack does not answer in time, the new run updates the card, and finds one that was posted.
            with contextlib.suppress(asyncio.TimeoutError):
                await workflow.wait_condition(
                    lambda: self._can_continue_as_new, timeout=SLACK_CALLS_TIME_LIMIT
                )
            # An amendment that is being validated would be lost together with its signal handler.
            if self._state.gate.outcome is None and workflow.all_handlers_finished():
                continue_as_new()
        self._notifier.stop()
        # An amendment is stored before the steps that follow from it. Otherwise nothing would store decisions
        # that arrive while the amendment is still being stored at the very end.
        await workflow.wait_condition(workflow.all_handlers_finished)
        outcome = self._state.gate.outcome
        if outcome is None:
            raise RuntimeError("the wait is over, and there is no outcome")
        return outcome

    async def wait_for_final_card(self) -> bool:
        """Wait until the card shows the end; False if there is no card."""
        if self._card_updates is None:
            return False
        await self._card_updates
        return True

    async def finish(self, close_card: Coroutine[Any, Any, None]) -> None:
        """Wait until everything is stored and the card is closed; late clicks are answered meanwhile."""
        closing = asyncio.create_task(close_card)
        while self._state.has_pending_writes or not closing.done():
            if self._state.has_pending_writes:
                await self._store()
            else:
                await workflow.wait_condition(lambda: self._state.has_pending_writes or closing.done())
        await closing
        await workflow.wait_condition(workflow.all_handlers_finished)

    @staticmethod
    def continue_as_new(*args: Any) -> NoReturn:
        """Continue as new, on the build of the workers that is current now."""
        workflow.continue_as_new(
            args=args,
            initial_versioning_behavior=workflow.ContinueAsNewVersioningBehavior.AUTO_UPGRADE,
        )

    @property
    def _can_continue_as_new(self) -> bool:
        idle = self._card.is_idle and self._notifier.is_idle and workflow.all_handlers_finished()
        return idle or self._state.gate.outcome is not None
