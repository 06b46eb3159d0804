"""The card follows the truth: one coroutine that draws the newest state, one call at a time."""

from collections.abc import Callable
from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import FailureError
from temporalio.workflow import ActivityCancellationType

from orchestration.contracts.activity_options import CARD, NOTIFICATION, TRY_TIME_LIMIT
from orchestration.contracts.names import SLACK_TASK_QUEUE
from orchestration.contracts.slack import PostCard, PostReply, RenderedCard, SlackActivity, UpdateCard
from orchestration.domain.card import CardView
from orchestration.domain.fields import MessageRef
from orchestration.workflows.approval.continue_as_new import CardContinueAsNewState
from orchestration.workflows.failures import reason_of

PASSING_TIME = timedelta(seconds=3)
"""How long the card may lag behind a step between the decision and the end."""


class CardUpdater:
    """Posts the card and redraws it whenever it shows an older state than the true one.

    States that come and go while Slack is slow are skipped, never queued.
    """

    def __init__(
        self, version: Callable[[], int], view: Callable[[], CardView], on_lasting: Callable[[], None]
    ) -> None:
        """`on_lasting` is called when a step turns out not to pass in a moment."""
        self._version = version
        self.view = view
        self._on_lasting = on_lasting
        self.ref: MessageRef | None = None
        self.shown_version = 0
        self.problem: str | None = None
        self._shown: CardView | None = None
        self._is_drawing = False
        self._is_kept = False

    @property
    def is_idle(self) -> bool:
        """Whether no drawing is on its way."""
        return not self._is_drawing

    @property
    def carried(self) -> CardContinueAsNewState:
        """What a new run has to know."""
        return CardContinueAsNewState(ref=self.ref, shown_version=self.shown_version, problem=self.problem)

    def restore(self, carried: CardContinueAsNewState) -> None:
        """Take up what an earlier run knew."""
        self.ref, self.shown_version, self.problem = carried.ref, carried.shown_version, carried.problem

    @property
    def is_behind(self) -> bool:
        """Whether there is a card to be, and it does not show the newest state."""
        return self._is_kept and not self.is_current

    @property
    def is_current(self) -> bool:
        """Whether the card shows the newest state."""
        return self.shown_version >= self._version()

    def redraw(self) -> None:
        """Take it that nobody knows what the card shows."""
        if self.is_idle:
            self.shown_version = 0

    async def keep(self) -> None:
        """Draw until the order has ended and the card shows it."""
        self._is_kept = True
        while True:
            await workflow.wait_condition(lambda: not self.is_current)
            await self._let_pass()
            view = self.view()
            drawn_version = view.version
            self._is_drawing = True
            try:
                drawn = await self._draw(view)
                self.ref, self.problem = MessageRef(channel=drawn.channel, ts=drawn.ts), None
                # A card that waited for its turn at Slack is drawn as it stood when the turn came.
                drawn_version = min(drawn.version or view.version, self._version())
            except FailureError as failure:
                # Only what no retry can mend ends here; the next state is drawn all the same.
                self.problem = reason_of(failure)
                workflow.logger.error("the card cannot be drawn: %s", self.problem)
            finally:
                self._is_drawing = False
            self.shown_version = drawn_version
            self._shown = self.view() if self.is_current else view
            if self._shown.is_final and self.is_current:
                return

    async def _let_pass(self) -> None:
        """Give a step that nobody waits for a moment to be followed by the next; it saves Slack a call."""
        shown = self._shown
        if shown is not None:
            try:
                await workflow.wait_condition(lambda: _is_awaited(self.view(), shown), timeout=PASSING_TIME)
            except TimeoutError:
                self._on_lasting()

    async def reply(self, purpose: str, text: str) -> None:
        """Write into the card's thread, once for each purpose."""
        if self.ref is None:
            return
        try:
            await workflow.execute_activity(
                SlackActivity.POST_REPLY,
                PostReply(order_id=self.view().order_id, card=self.ref, purpose=purpose, text=text),
                result_type=MessageRef,
                task_queue=SLACK_TASK_QUEUE,
                start_to_close_timeout=TRY_TIME_LIMIT,
                retry_policy=NOTIFICATION.policy,
                priority=NOTIFICATION.priority,
                summary=purpose,
            )
        except FailureError as failure:
            self.problem = reason_of(failure)
            workflow.logger.error("the reply cannot be posted: %s", self.problem)

    async def _draw(self, view: CardView) -> RenderedCard:
        activity: SlackActivity
        drawing: PostCard | UpdateCard
        if self.ref is None:
            activity, drawing = SlackActivity.POST_CARD, PostCard(shown=view)
        else:
            awaited = self._shown is None or _is_awaited(view, self._shown)
            activity = SlackActivity.UPDATE_CARD
            drawing = UpdateCard(card=self.ref, shown=view, is_awaited=awaited)
        # Abandoned, not waited for, should the workflow be cancelled: the card is drawn again anyway.
        drawn: RenderedCard = await workflow.execute_activity(
            activity,
            drawing,
            result_type=RenderedCard,
            task_queue=SLACK_TASK_QUEUE,
            start_to_close_timeout=TRY_TIME_LIMIT,
            retry_policy=CARD.policy,
            priority=CARD.priority,
            cancellation_type=ActivityCancellationType.ABANDON,
            summary=f"{view.status_text} (version {view.version})",
        )
        return drawn


def _is_awaited(view: CardView, shown: CardView) -> bool:
    """Decisions and the end: what people sit and look at the card for."""
    return view.is_final or (view.gate, view.outcomes) != (shown.gate, shown.outcomes)
