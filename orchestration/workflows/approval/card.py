"""Keeps the card in Slack up to date, with one activity at a time and always the latest state."""

from collections.abc import Callable
from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import FailureError
from temporalio.workflow import ActivityCancellationType

from orchestration.contracts.activity_options import CARD, NOTIFICATION
from orchestration.contracts.names import SLACK_TASK_QUEUE
from orchestration.contracts.slack import PostCard, PostReply, RenderedCard, SlackActivity, UpdateCard
from orchestration.domain.card import CardView
from orchestration.domain.fields import MessageRef
from orchestration.workflows import activity_calls
from orchestration.workflows.approval.continue_as_new import CardContinueAsNewState
from orchestration.workflows.failures import reason_of

TRANSIENT_STEP_TIME = timedelta(seconds=3)
"""How long the card may lag behind a step between the decision and the end."""


class CardUpdater:
    """Posts the card, and updates it whenever it shows an older version than the workflow's.

    Versions that pass while Slack is slow are skipped, never queued.
    """

    def __init__(
        self, version: Callable[[], int], view: Callable[[], CardView], on_lasting_step: Callable[[], None]
    ) -> None:
        """`on_lasting_step` is called when a step takes longer than TRANSIENT_STEP_TIME."""
        self._version = version
        self.view = view
        self._on_lasting_step = on_lasting_step
        self.ref: MessageRef | None = None
        self.shown_version = 0
        self.problem: str | None = None
        self._shown: CardView | None = None
        self._is_updating = False
        self._is_running = False

    @property
    def is_idle(self) -> bool:
        """Whether no activity that posts or updates the card is running."""
        return not self._is_updating

    @property
    def continue_as_new_state(self) -> CardContinueAsNewState:
        """What the next run has to know."""
        return CardContinueAsNewState(ref=self.ref, shown_version=self.shown_version, problem=self.problem)

    def restore(self, state: CardContinueAsNewState) -> None:
        """Take over what the previous run knew."""
        self.ref, self.shown_version, self.problem = state.ref, state.shown_version, state.problem

    @property
    def is_behind(self) -> bool:
        """Whether there is to be a card, and it does not show the latest version."""
        return self._is_running and not self.is_current

    @property
    def is_current(self) -> bool:
        """Whether the card shows the latest version."""
        return self.shown_version >= self._version()

    def refresh(self) -> None:
        """Update the card again, or post it again if it is missing, although it should be up to date."""
        if self.is_idle:
            self.shown_version = 0

    async def run(self) -> None:
        """Update the card until it shows the final state."""
        self._is_running = True
        while True:
            await workflow.wait_condition(lambda: not self.is_current)
            await self._skip_transient_step()
            view = self.view()
            shown_version = view.version
            self._is_updating = True
            try:
                rendered = await self._post_or_update(view)
                self.ref, self.problem = MessageRef(channel=rendered.channel, ts=rendered.ts), None
                # A card that waited in the rate-limit queue shows the state at the time when it was sent.
                shown_version = min(rendered.version or view.version, self._version())
            except FailureError as failure:
                # Only errors that no retry can fix end here; the next version is tried all the same.
                self.problem = reason_of(failure)
                workflow.logger.error("card not posted or updated in Slack: %s", self.problem)
            finally:
                self._is_updating = False
            self.shown_version = shown_version
            self._shown = self.view() if self.is_current else view
            if self._shown.is_final and self.is_current:
                return

    async def _skip_transient_step(self) -> None:
        """Wait a moment whether the next step follows a step that nobody waits for; saves Slack calls."""
        shown = self._shown
        if shown is not None:
            try:
                await workflow.wait_condition(
                    lambda: _is_awaited(self.view(), shown), timeout=TRANSIENT_STEP_TIME
                )
            except TimeoutError:
                self._on_lasting_step()

    async def reply(self, purpose: str, text: str) -> None:
        """Post into the card's thread, once for each purpose."""
        if self.ref is None:
            return
        try:
            await activity_calls.execute(
                SlackActivity.POST_REPLY,
                PostReply(order_id=self.view().order_id, card=self.ref, purpose=purpose, text=text),
                NOTIFICATION,
                MessageRef,
                task_queue=SLACK_TASK_QUEUE,
                summary=purpose,
            )
        except FailureError as failure:
            self.problem = reason_of(failure)
            workflow.logger.error("reply not posted in the card's thread: %s", self.problem)

    async def _post_or_update(self, view: CardView) -> RenderedCard:
        activity: SlackActivity
        argument: PostCard | UpdateCard
        if self.ref is None:
            activity, argument = SlackActivity.POST_CARD, PostCard(card_view=view)
        else:
            awaited = self._shown is None or _is_awaited(view, self._shown)
            activity = SlackActivity.UPDATE_CARD
            argument = UpdateCard(card=self.ref, card_view=view, is_urgent=awaited)
        # If the workflow is cancelled, the activity is not waited for: another update follows anyway.
        return await activity_calls.execute(
            activity,
            argument,
            CARD,
            RenderedCard,
            task_queue=SLACK_TASK_QUEUE,
            cancellation_type=ActivityCancellationType.ABANDON,
            summary=f"{view.status_text} (version {view.version})",
        )


def _is_awaited(view: CardView, shown: CardView) -> bool:
    """Whether people look at the card for this change: a decision or the end."""
    return view.is_final or (view.gate, view.outcomes) != (shown.gate, shown.outcomes)
