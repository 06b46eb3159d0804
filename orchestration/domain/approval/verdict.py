"""The answer of a workflow to a decision, and how an approval ended."""

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
    """Accepted before the policy is known; judged when the gate opens."""
    ASKED_SHIPPING = "asked_shipping"
    """A cancel while the order ships: the shipping workflow answers whether it is still possible."""
    ALREADY_OVER = "already_over"
    ALREADY_APPROVED = "already_approved"
    ALREADY_CANCELLED = "already_cancelled"
    EXPIRED = "expired"
    ORDER_CHANGED = "order_changed"
    OWN_ORDER = "own_order"
    BARRED = "barred"
    """Separation of duties: a group or a person that may not approve this order."""
    NOT_AN_APPROVER = "not_an_approver"
    NOT_A_MEMBER = "not_a_member"
    """A guest, a deactivated account, a bot, or somebody of another workspace."""
    UNKNOWN_ACCOUNT = "unknown_account"
    """Slack did not say in time what the account is."""
    NOT_AN_OPERATOR = "not_an_operator"
    OVERRIDE_OFF = "override_off"
    REASON_NEEDED = "reason_needed"
    CARRIER_HAS_IT = "carrier_has_it"
    NOT_WAITING = "not_waiting"
    """A question, an answer or an amendment for an order that does not wait for approval (yet)."""
    NOT_THE_REQUESTER = "not_the_requester"
    ALREADY_ANSWERED = "already_answered"
    TOO_MANY = "too_many"
    REFUSED = "refused"
    """An amendment that the order's validation refused; `detail` says why."""
    MALFORMED = "malformed"
    FORGED = "forged"
    """The bot found that a click is not what Slack would send for that card; `detail` says why."""

    @property
    def is_accepted(self) -> bool:
        """Whether the decision had, or may still have, its effect."""
        return self in {VerdictKind.RECORDED, VerdictKind.COUNTED} or not self.is_settled

    @property
    def is_settled(self) -> bool:
        """Whether this verdict is the last word on its decision."""
        return self not in {VerdictKind.HELD, VerdictKind.ASKED_SHIPPING}


class OutcomeKind(StrEnum):
    """How a gate ended."""

    APPROVED = "approved"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class Outcome(FrozenModel):
    """How something ended, by whom, when, and the note that was left."""

    kind: OutcomeKind
    by: Actor
    at: datetime
    note: str | None = None
    override: bool = False
    """An operator decided alone."""

    def describe(self, done: str) -> str:
        """Say why it ended, for lists and the audit log: `done` ("cancelled") by whom, and the note."""
        if self.by.kind is ActorKind.SYSTEM:
            return "nobody decided in time"
        alone = " (override)" if self.override else ""
        return f"{done} by {self.by.id}{alone}" + (f": {self.note}" if self.note else "")


class Verdict(FrozenModel):
    """What became of one decision. `outcome`: what it came too late for; `counted` of `needed` approvals."""

    decision_id: str
    kind: VerdictKind
    at: datetime
    outcome: Outcome | None = None
    counted: int | None = None
    needed: int | None = None
    on_behalf_of: str | None = None
    """The colleague for whom an approval counts."""
    detail: str | None = None
    by: str | None = None
    """Already approved: the colleague who has done so on the actor's behalf."""


class JudgedDecision(FrozenModel):
    """A decision with its verdict, as the audit log keeps it."""

    decision: Decision
    verdict: Verdict
