"""Who did a thing: a Slack user, a CLI operator or the system, and on which surface."""

from enum import StrEnum

from orchestration.domain.fields import ActorId
from orchestration.domain.model import FrozenModel


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


class Delegation(FrozenModel):
    """Somebody who was away, and let the actor decide for them; looked up at the moment of the click."""

    person: ActorId
    groups: tuple[ActorId, ...] = ()
    """The Slack user groups of `person`."""
    group: str | None = None
    """The policy's group that it is limited to; None: all."""
    account: Account | None = None
    """Of `person`. None: nobody looked, as at the command line and in earlier releases."""


class Actor(FrozenModel):
    """Who did a thing. `groups` are the Slack user groups they were in at that moment."""

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


class Surface(StrEnum):
    """Where a decision was made."""

    BUTTON = "button"
    MODAL = "modal"
    SLASH_COMMAND = "slash_command"
    HOME = "home"
    CLI = "cli"
    TEMPORAL = "temporal"
