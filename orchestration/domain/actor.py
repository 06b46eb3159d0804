"""Actors: who made a decision or another change, and on which surface."""

from enum import StrEnum

from orchestration.domain.fields import ActorId
from orchestration.domain.model import FrozenModel


class ActorKind(StrEnum):
    """The kind of actor; an operator uses the command line and may decide alone."""

    SLACK_USER = "slack_user"
    OPERATOR = "operator"
    SYSTEM = "system"


class Account(StrEnum):
    """The kind of a Slack account, looked up in Slack when its owner clicks."""

    MEMBER = "member"
    GUEST = "guest"
    DEACTIVATED = "deactivated"
    BOT = "bot"
    EXTERNAL = "external"
    """A user of another workspace, in a channel that both workspaces share."""
    UNKNOWN = "unknown"
    """Slack did not answer in time."""


class Delegation(FrozenModel):
    """A delegation of `person` to the actor, looked up when the actor clicks."""

    person: ActorId
    groups: tuple[ActorId, ...] = ()
    """The Slack user groups that `person` is in."""
    group: str | None = None
    """The group of the policy to which the delegation is limited; None: all groups."""
    account: Account | None = None
    """The kind of account of `person`; None: not looked up, as at the command line."""


class Actor(FrozenModel):
    """Who made a decision or another change. `groups` are the Slack user groups they were in then."""

    kind: ActorKind
    id: ActorId
    groups: tuple[ActorId, ...] = ()
    delegations: tuple[Delegation, ...] = ()
    account: Account | None = None
    """The kind of Slack account; None: not looked up, as for operators and the system."""

    def is_same_as(self, other: "Actor") -> bool:
        """Whether both are the same person, whatever groups they were in."""
        return (self.kind, self.id) == (other.kind, other.id)


SYSTEM = Actor(kind=ActorKind.SYSTEM, id="countersign")


class Surface(StrEnum):
    """Where an actor made a decision or another request."""

    BUTTON = "button"
    MODAL = "modal"
    SLASH_COMMAND = "slash_command"
    HOME = "home"
    CLI = "cli"
    TEMPORAL = "temporal"
