"""The workflow's answer to a decision, and the outcome of a gate."""

from datetime import datetime
from enum import StrEnum

from orchestration.domain.actor import Actor, ActorKind
from orchestration.domain.approval.decision import Decision
from orchestration.domain.model import FrozenModel


class VerdictKind(StrEnum):
    """The workflow's answer to a decision."""

    RECORDED = "recorded"
    COUNTED = "counted"
    HELD = "held"
    """Accepted before the policy is resolved; judged when the gate opens."""
    ASKED_SHIPPING = "asked_shipping"
    """A cancel while the order ships: the shipping workflow says whether that is still possible."""
    ALREADY_OVER = "already_over"
    ALREADY_APPROVED = "already_approved"
    ALREADY_CANCELLED = "already_cancelled"
    EXPIRED = "expired"
    ORDER_CHANGED = "order_changed"
    OWN_ORDER = "own_order"
    BARRED = "barred"
    """Separation of duties keeps the actor from approving this order."""
    NOT_AN_APPROVER = "not_an_approver"
    NOT_A_MEMBER = "not_a_member"
    """A guest, a deactivated account, a bot, or a user of another workspace."""
    UNKNOWN_ACCOUNT = "unknown_account"
    """Slack did not answer in time what kind of account the actor has."""
    NOT_AN_OPERATOR = "not_an_operator"
    OVERRIDE_OFF = "override_off"
    REASON_NEEDED = "reason_needed"
    CARRIER_HAS_IT = "carrier_has_it"
    NOT_WAITING = "not_waiting"
    """A question, an answer or an amendment for an order that does not wait for approval, or not yet."""
    NOT_THE_REQUESTER = "not_the_requester"
    ALREADY_ANSWERED = "already_answered"
    TOO_MANY = "too_many"
    REFUSED = "refused"
    """An amendment that the validation of the order refused; `detail` says why."""
    MALFORMED = "malformed"
    FORGED = "forged"
    """A click that does not match what Slack sends for the card; the bot found out. `detail` says why."""

    @property
    def is_accepted(self) -> bool:
        """Whether the decision took effect or still may."""
        return self in {VerdictKind.RECORDED, VerdictKind.COUNTED} or not self.is_settled

    @property
    def is_settled(self) -> bool:
        """Whether this verdict is final; another one follows if not."""
        return self not in {VerdictKind.HELD, VerdictKind.ASKED_SHIPPING}


class OutcomeKind(StrEnum):
    """How a gate ended."""

    APPROVED = "approved"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class Outcome(FrozenModel):
    """How a gate, or an order that was cancelled later, ended: by whom, when, and their note."""

    kind: OutcomeKind
    by: Actor
    at: datetime
    note: str | None = None
    override: bool = False
    """Whether an operator decided alone."""

    def describe(self, done: str) -> str:
        """Describe the outcome for lists and the audit log. `done`: a participle such as "cancelled"."""
        if self.by.kind is ActorKind.SYSTEM:
            return "nobody decided in time"
        alone = " (override)" if self.override else ""
        return f"{done} by {self.by.id}{alone}" + (f": {self.note}" if self.note else "")


class Verdict(FrozenModel):
    """The verdict on one decision. `outcome` is set if the decision came too late.

    `counted` of the `needed` approvals or cancels have been given.
    """

    decision_id: str
    kind: VerdictKind
    at: datetime
    outcome: Outcome | None = None
    counted: int | None = None
    needed: int | None = None
    on_behalf_of: str | None = None
    """The colleague on whose behalf the approval counts."""
    detail: str | None = None
    by: str | None = None
    """For ALREADY_APPROVED: the colleague who approved on the actor's behalf."""


class JudgedDecision(FrozenModel):
    """A decision with its verdict, as stored in the audit log."""

    decision: Decision
    verdict: Verdict
