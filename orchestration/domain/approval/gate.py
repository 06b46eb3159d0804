"""The state of a gate: all that it remembers, in one serialisable object, and what follows from it."""

from datetime import datetime

from orchestration.domain.actor import Actor
from orchestration.domain.approval.assignment import Assignment, assign
from orchestration.domain.approval.decision import Decision
from orchestration.domain.approval.eligibility import Eligibility
from orchestration.domain.approval.verdict import Outcome
from orchestration.domain.model import FrozenModel
from orchestration.domain.policy.tier import Tier


class Progress(FrozenModel):
    """How far one requirement is."""

    group: str
    have: int
    count: int


class Answer(FrozenModel):
    """What the requester said."""

    by: Actor
    at: datetime
    text: str


class Question(FrozenModel):
    """What an approver wants to know before deciding."""

    question_id: str
    by: Actor
    at: datetime
    text: str
    answer: Answer | None = None


class Gate(FrozenModel):
    """All that a gate has to remember. `tier` is None until the policy has been resolved."""

    requester: str
    revision: int = 1
    tier: Tier | None = None
    barred: tuple[str, ...] = ()
    """People who may not approve, by name: they approved the customer's previous order."""
    opened_at: datetime | None = None
    deadline: datetime | None = None
    """None: it never expires, or the clock stands still."""
    run_deadline: datetime | None = None
    """When the workflow itself has to end, whatever the clock says; None: never."""
    approvals: tuple[Decision, ...] = ()
    cancels: tuple[Decision, ...] = ()
    """Cancels that count where the tier wants several."""
    level: int = 0
    """How many escalations there have been."""
    next_escalation_at: datetime | None = None
    reminders_sent: int = 0
    last_reminder_at: datetime | None = None
    next_reminder_at: datetime | None = None
    questions: tuple[Question, ...] = ()
    paused_at: datetime | None = None
    """Since when the clock has stood still, waiting for information."""
    paused_deadline: datetime | None = None
    """What the deadline was then."""
    outcome: Outcome | None = None

    @property
    def needed(self) -> int:
        """How many approvals the tier asks for, in all."""
        return self.tier.needed if self.tier else 0

    @property
    def eligibility(self) -> Eligibility | None:
        """The rules of eligibility as they stand; None before the policy is known."""
        return None if self.tier is None else self.eligibility_of(self.tier)

    def eligibility_of(self, tier: Tier) -> Eligibility:
        """The same, by this tier."""
        return Eligibility(tier, self.requester, self.level, self.barred)

    @property
    def assignment(self) -> Assignment | None:
        """Who counts where; None if there is no way to give each approval a seat, or no tier."""
        return self.assigned(self.approvals)

    def assigned(self, approvals: tuple[Decision, ...]) -> Assignment | None:
        """The same for other approvals."""
        eligibility = self.eligibility
        if eligibility is None:
            return None
        options = [eligibility.candidates(approval.actor) for approval in approvals]
        return assign(options, [each.count for each in eligibility.tier.requirements])

    @property
    def counted(self) -> int:
        """How many approvals fill a requirement."""
        found = self.assignment
        return found.total if found else 0

    @property
    def is_met(self) -> bool:
        """Whether every requirement is filled."""
        return self.tier is not None and self.counted >= self.needed

    @property
    def progress(self) -> tuple[Progress, ...]:
        """How far each requirement is."""
        if self.tier is None:
            return ()
        found = self.assignment
        counts = found.counts if found else (0,) * len(self.tier.requirements)
        return tuple(
            Progress(group=each.group, have=have, count=each.count)
            for each, have in zip(self.tier.requirements, counts, strict=True)
        )

    @property
    def approved_for(self) -> tuple[str | None, ...]:
        """For each approval, the colleague it was given for; None: their own."""
        found = self.assignment
        if found is None:
            return (None,) * len(self.approvals)
        return tuple(
            None if candidate.principal == approval.actor.id else candidate.principal
            for candidate, approval in zip(found.candidates, self.approvals, strict=True)
        )

    @property
    def open_questions(self) -> tuple[Question, ...]:
        """Questions that wait for an answer."""
        return tuple(each for each in self.questions if each.answer is None)
