"""Determines who is acting: the operator who is logged in, or the Slack user of ``--as``."""

import getpass
import re
from collections.abc import Sequence
from typing import Annotated

import typer

from orchestration.domain.actor import Actor, ActorKind

AsUserOption = Annotated[
    str | None,
    typer.Option(
        "--as",
        metavar="SLACK_USER",
        help="Act as this Slack user, under all rules of the policy. Default: the operator logged in.",
    ),
]


def read_actor(user: str | None, groups: Sequence[str] = ()) -> Actor:
    """Return the Slack user `user`, or the operator if it is None. Raises pydantic.ValidationError."""
    if user is None:
        return Actor(kind=ActorKind.OPERATOR, id=operator_name())
    return Actor(kind=ActorKind.SLACK_USER, id=user, groups=tuple(groups))


def operator_name() -> str:
    """Return the login name, with every character replaced that an actor's id may not contain."""
    try:
        login = getpass.getuser()
    except (OSError, KeyError):
        # A container may run under a user id that has no name.
        return "operator"
    name = re.sub(r"[^A-Za-z0-9._:@-]", "-", login).lstrip("._:@-")[:64]
    return name or "operator"
