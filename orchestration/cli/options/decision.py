"""From options to a decision: who decides, under which id, with which note."""

import getpass
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import uuid4

from pydantic import ValidationError

from orchestration.cli.errors import UsageWrong
from orchestration.domain.actor import Actor, ActorKind, Surface
from orchestration.domain.approval.decision import DecisionRequest

_OPTIONS = {"id": "--as", "groups": "--group", "note": "--reason", "decision_id": "--decision-id"}


def read_decision(
    *,
    user: str | None,
    groups: Sequence[str],
    reason: str | None,
    decision_id: str | None,
    override: bool = False,
) -> DecisionRequest:
    """Build the decision. Raises UsageWrong, naming the option."""
    if groups and user is None:
        raise UsageWrong("--group: says which groups the person of --as is in; an operator needs none.")
    if override and user is None:
        raise UsageWrong("--override: an operator at the command line decides alone anyway.")
    try:
        actor = read_actor(user, groups)
        return DecisionRequest(
            decision_id=decision_id or f"cli-{uuid4().hex}",
            actor=actor,
            surface=Surface.CLI,
            decided_at=datetime.now(UTC),
            note=reason,
            override=override,
        )
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        option = _OPTIONS.get(str(first["loc"][0]), str(first["loc"][0]))
        raise UsageWrong(f"{option}: {first['msg'].removeprefix('Value error, ')}") from None


def read_actor(user: str | None, groups: Sequence[str] = ()) -> Actor:
    """Return the operator who is logged in, or the Slack user of --as. Raises pydantic's ValidationError."""
    if user is None:
        return Actor(kind=ActorKind.OPERATOR, id=operator_name())
    return Actor(kind=ActorKind.SLACK_USER, id=user, groups=tuple(groups))


def operator_name() -> str:
    """Return the name that this person is logged in under, in the letters that an actor's id may have."""
    try:
        login = getpass.getuser()
    except (OSError, KeyError):
        # A container may run under a user id without a name.
        return "operator"
    name = re.sub(r"[^A-Za-z0-9._:@-]", "-", login).lstrip("._:@-")[:64]
    return name or "operator"
