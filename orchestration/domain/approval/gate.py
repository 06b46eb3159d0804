"""The state of a gate, the part of a workflow that waits for decisions, as one serialisable model."""

from datetime import datetime

from orchestration.domain.actor import Actor
from orchestration.domain.approval.assignment import Assignment, assign
from orchestration.domain.approval.decision import Decision
from orchestration.domain.approval.eligibility import Eligibility
from orchestration.domain.approval.verdict import Outcome
from orchestration.domain.model import FrozenModel
from orchestration.domain.policy.tier import Tier


class Progress(FrozenModel):
    """How many of the `count` approvals of a group there are."""

    group: str
    have: int
    count: int


class Answer(FrozenModel):
    """The requester's answer to a question."""

    by: Actor
    at: datetime
    text: str


class Question(FrozenModel):
    """An approver's question to the requester."""

    question_id: str
    by: Actor
    at: datetime
    text: str
    answer: Answer | None = None


class Gate(FrozenModel):
    """The state of a gate. `tier` is None until the policy has been resolved."""

    requester: str
    revision: int = 1
    tier: Tier | None = None
    barred: tuple[str, ...] = ()
    """Users who may not approve because they approved the customer's previous order."""
    opened_at: datetime | None = None
    deadline: datetime | None = None
    """When the gate expires; None: never, or the clock is paused."""
    run_deadline: datetime | None = None
    """Shortly before the workflow's own run timeout, which no pause moves; None: there is none."""
    approvals: tuple[Decision, ...] = ()
    cancels: tuple[Decision, ...] = ()
    """Cancels so far, for a tier that needs several."""
    level: int = 0
    """The escalation level: how many escalations there have been."""
    next_escalation_at: datetime | None = None
    reminders_sent: int = 0
    last_reminder_at: datetime | None = None
    next_reminder_at: datetime | None = None
    questions: tuple[Question, ...] = ()
    paused_at: datetime | None = None
    """Since when the clock has been paused by an unanswered question."""
    paused_deadline: datetime | None = None
    """The deadline at the moment of the pause."""
    outcome: Outcome | None = None

    @property
    def needed(self) -> int:
        """How many approvals the tier needs, over all groups."""
        return self.tier.needed if self.tier else 0

    @property
    def eligibility(self) -> Eligibility | None:
        """Who may approve now; None before the policy is resolved."""
        return None if self.tier is None else self.eligibility_of(self.tier)

    def eligibility_of(self, tier: Tier) -> Eligibility:
        """Who may approve under this tier."""
        return Eligibility(tier, self.requester, self.level, self.barred)

    @property
    def assignment(self) -> Assignment | None:
        """Which approval fills which requirement; None without a tier or if two count as one person's."""
        return self.assign_approvals(self.approvals)

    def assign_approvals(self, approvals: tuple[Decision, ...]) -> Assignment | None:
        """Return the assignment that these approvals would have."""
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
        """Whether every requirement has its approvals."""
        return self.tier is not None and self.counted >= self.needed

    @property
    def progress(self) -> tuple[Progress, ...]:
        """How many approvals each requirement has."""
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
        """For each approval, the colleague on whose behalf it was given; None: nobody."""
        found = self.assignment
        if found is None:
            return (None,) * len(self.approvals)
        return tuple(
            None if candidate.principal == approval.actor.id else candidate.principal
            for candidate, approval in zip(found.candidates, self.approvals, strict=True)
        )

    @property
    def open_questions(self) -> tuple[Question, ...]:
        """The questions without an answer."""
        return tuple(each for each in self.questions if each.answer is None)
