"""The whole wait at a gate: the card is kept, people are told, decisions are stored, history stays short."""

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

SETTLING = timedelta(seconds=30)
"""How long a run that is to be followed by a new one waits for what is on its way to Slack."""


class ApprovalWait:
    """What every gated workflow does from the moment its gate opens to its very end."""

    def __init__(
        self,
        file: ApprovalState,
        card: CardUpdater,
        store: Callable[[], Awaitable[None]],
    ) -> None:
        """`store` stores what the file has unstored."""
        self._file = file
        self._card = card
        self._store = store
        self._notifier = Notifier(file, card, card.view)
        self._card_kept: asyncio.Task[None] | None = None
        self.started_at = workflow.info().workflow_start_time

    @property
    def has_begun(self) -> bool:
        """Whether people are, or were, waited for."""
        return self._card_kept is not None

    @property
    def carried(self) -> GateContinueAsNewState:
        """What a new run has to know."""
        return GateContinueAsNewState(
            started_at=self.started_at,
            case=self._file.case,
            version=self._file.version,
            verdicts=tuple(self._file.verdicts.values())[-MAX_VERDICTS:],
            unstored=self._file.pending_writes,
            card=self._card.carried,
        )

    def restore(self, carried: GateContinueAsNewState) -> None:
        """Take up what an earlier run knew of the card."""
        self._card.restore(carried.card)
        self.started_at = carried.started_at

    async def for_outcome(self, go_on: Callable[[], NoReturn]) -> Outcome:
        """Wait for people. `go_on` continues as new."""
        self._card_kept = asyncio.create_task(self._card.keep())
        keeper = GateTimer(self._file, self._store, self._notifier.wake)
        while not await keeper.wait():
            # If Slack does not take it, the new run draws the card; what was posted already is found there.
            with contextlib.suppress(asyncio.TimeoutError):
                await workflow.wait_condition(lambda: self._is_settled, timeout=SETTLING)
            # An amendment that is being validated would be lost with its handler.
            if self._file.case.gate.outcome is None and workflow.all_handlers_finished():
                go_on()
        self._notifier.stop()
        # An amendment is stored before the steps that follow from it. Decisions that arrive while it is being
        # stored would find nobody to store them at the very end.
        await workflow.wait_condition(workflow.all_handlers_finished)
        outcome = self._file.case.gate.outcome
        if outcome is None:
            raise RuntimeError("the wait is over, and there is no outcome")
        return outcome

    async def card_shows_the_end(self) -> bool:
        """Wait until it does; False if there is no card."""
        if self._card_kept is None:
            return False
        await self._card_kept
        return True

    async def finish(self, close: Coroutine[Any, Any, None]) -> None:
        """End only when all is stored and the card is closed; late clicks are answered meanwhile."""
        closing = asyncio.create_task(close)
        while self._file.has_unstored or not closing.done():
            if self._file.has_unstored:
                await self._store()
            else:
                await workflow.wait_condition(lambda: self._file.has_unstored or closing.done())
        await closing
        await workflow.wait_condition(workflow.all_handlers_finished)

    @staticmethod
    def go_on_in_a_new_run(*args: Any) -> NoReturn:
        """Continue as new, on the build of the workers that is current now."""
        workflow.continue_as_new(
            args=args,
            initial_versioning_behavior=workflow.ContinueAsNewVersioningBehavior.AUTO_UPGRADE,
        )

    @property
    def _is_settled(self) -> bool:
        idle = self._card.is_idle and self._notifier.is_idle and workflow.all_handlers_finished()
        return idle or self._file.case.gate.outcome is not None
