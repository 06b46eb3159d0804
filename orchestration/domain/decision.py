"""A decision, who made it and how, and the verdict that answers it."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from orchestration.domain.order import ActorId, Text


class ActorKind(StrEnum):
    """What sort of actor; an operator is somebody at a terminal who is trusted to decide alone."""

    SLACK_USER = "slack_user"
    OPERATOR = "operator"
    SYSTEM = "system"


class Account(StrEnum):
    """What a Slack account is, as Slack says at the moment of the click."""

    MEMBER = "member"
    GUEST = "guest"
    DEACTIVATED = "deactivated"
    BOT = "bot"
    STRANGER = "stranger"
    """Of another workspace, in a channel that both share."""
    UNKNOWN = "unknown"
    """Slack did not say."""


class Delegation(BaseModel):
    """Somebody who was away, and let the actor decide for them; looked up at the moment of the click."""

    model_config = ConfigDict(frozen=True)

    person: ActorId
    groups: tuple[ActorId, ...] = ()
    """The Slack user groups of `person`."""
    group: str | None = None
    """The policy's group that it is limited to; None: all."""
    account: Account | None = None
    """Of `person`. None: nobody looked, as at the command line and in earlier releases."""


class Actor(BaseModel):
    """Who did a thing. `groups` are the Slack user groups they were in at that moment."""

    model_config = ConfigDict(frozen=True)

    kind: ActorKind
    id: ActorId
    groups: tuple[ActorId, ...] = ()
    delegations: tuple[Delegation, ...] = ()
    account: Account | None = None
    """None: nobody looked. Operators have none, and releases before this field did not say."""

    def is_same_as(self, other: "Actor") -> bool:
        """Same person, whatever groups they were in."""
        return (self.kind, self.id) == (other.kind, other.id)


SYSTEM = Actor(kind=ActorKind.SYSTEM, id="countersign")


class Way(StrEnum):
    """Where a decision was made."""

    BUTTON = "button"
    MODAL = "modal"
    SLASH_COMMAND = "slash_command"
    HOME = "home"
    CLI = "cli"
    TEMPORAL = "temporal"


class DecisionKind(StrEnum):
    """Approve or cancel."""

    APPROVE = "approve"
    CANCEL = "cancel"


DecisionId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$")]


class DecisionRequest(BaseModel):
    """The body of the signals `approve_order` and `cancel_order`.

    `decision_id` is unique per click and derived from the click, so that one delivered twice is one decision.
    `decided_at` is the time of the click, not of its arrival. `revision` is the order's revision that the
    actor saw; None means the actor takes it as it stands.
    """

    model_config = ConfigDict(frozen=True)

    decision_id: DecisionId
    actor: Actor
    way: Way
    decided_at: AwareDatetime
    revision: int | None = None
    note: Text | None = None
    override: bool = False
    """Decide alone, as an operator whom the tier lets do that."""


class Decision(DecisionRequest):
    """A request together with the signal that it came by."""

    kind: DecisionKind


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


class Outcome(BaseModel):
    """How something ended, by whom, when, and the note that was left."""

    model_config = ConfigDict(frozen=True)

    kind: OutcomeKind
    by: Actor
    at: datetime
    note: str | None = None
    override: bool = False
    """An operator decided alone."""

    def in_words(self, done: str) -> str:
        """Say why it ended, for lists and the audit log: `done` ("cancelled") by whom, and the note."""
        if self.by.kind is ActorKind.SYSTEM:
            return "nobody decided in time"
        alone = " (override)" if self.override else ""
        return f"{done} by {self.by.id}{alone}" + (f": {self.note}" if self.note else "")


class Verdict(BaseModel):
    """What became of one decision. `outcome`: what it came too late for; `counted` of `needed` approvals."""

    model_config = ConfigDict(frozen=True)

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


class JudgedDecision(BaseModel):
    """A decision with its verdict, as the audit log keeps it."""

    model_config = ConfigDict(frozen=True)

    decision: Decision
    verdict: Verdict
