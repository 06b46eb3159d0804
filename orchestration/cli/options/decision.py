"""Builds a decision request from the options of `signal`."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import uuid4

from pydantic import ValidationError

from orchestration.cli.errors import UsageError
from orchestration.cli.options.actor import read_actor
from orchestration.cli.options.validation import usage_error
from orchestration.domain.actor import Surface
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
    """Build the decision. Raises UsageError, which names the option."""
    if groups and user is None:
        raise UsageError("--group: names the groups of the person of --as; an operator needs none.")
    if override and user is None:
        raise UsageError("--override: needs --as; an operator at the command line decides alone anyway.")
    try:
        return DecisionRequest(
            decision_id=decision_id or f"cli-{uuid4().hex}",
            actor=read_actor(user, groups),
            surface=Surface.CLI,
            decided_at=datetime.now(UTC),
            note=reason,
            override=override,
        )
    except ValidationError as error:
        raise usage_error(error, _OPTIONS, "--as") from None
