"""The command `delegate`: let somebody decide for a colleague, or end that."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import uuid4

import typer
from pydantic import TypeAdapter, ValidationError

from orchestration.cli.connections import Connections, connections_from
from orchestration.cli.errors import UsageError
from orchestration.cli.exit_codes import ExitCode
from orchestration.cli.options.actor import operator_name
from orchestration.cli.options.time_zone import terminal_zone
from orchestration.cli.output.console import JsonOption, Output
from orchestration.cli.output.delegation import delegation_document
from orchestration.cli.output.times import local_time
from orchestration.cli.run import reported_errors, run_command
from orchestration.domain.actor import ActorKind
from orchestration.domain.approval.delegations import DelegationGrant, GroupName, SlackUser
from orchestration.domain.written_times.moments import FUTURE_EXAMPLES, parse_until

_USER: TypeAdapter[str] = TypeAdapter(SlackUser)
_GROUP: TypeAdapter[str] = TypeAdapter(GroupName)


def delegate(
    context: typer.Context,
    *,
    person: Annotated[str, typer.Option("--from", metavar="SLACK_USER", help="The colleague who is away.")],
    to: Annotated[
        str | None, typer.Option("--to", metavar="SLACK_USER", help="Who decides for them meanwhile.")
    ] = None,
    until: Annotated[
        str | None, typer.Option(metavar="WHEN", help=f"{FUTURE_EXAMPLES}; in this terminal's time zone.")
    ] = None,
    group: Annotated[
        str | None, typer.Option(metavar="GROUP", help="Only for this group of the policy. Default: for all.")
    ] = None,
    off: Annotated[bool, typer.Option("--off", help="End the delegations of --from.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Let somebody decide for a colleague, or end that with --off.

    The delegate decides under their own name, and it is shown for whom. A second delegation of the same
    person for the same group replaces the first.
    """
    out, connections = Output(as_json), connections_from(context)
    with reported_errors(out):
        if off:
            work = _revoke(connections, out, *_read_off(person, to, until, group))
        else:
            work = _grant(connections, out, _read(person, to, until, group))
    run_command(out, work)


def _read(person: str, to: str | None, until: str | None, group: str | None) -> DelegationGrant:
    if to is None or until is None:
        raise UsageError(f"{'--to' if to is None else '--until'}: is needed, unless --off ends a delegation.")
    now = datetime.now(UTC)
    try:
        end = parse_until(until, now, terminal_zone())
    except ValueError as error:
        raise UsageError(f"--until: {error}") from None
    return DelegationGrant(
        delegation_id=uuid4().hex,
        person=_read_user("--from", person),
        delegate=_read_user("--to", to),
        group=_read_group(group),
        since=now,
        until=end,
        created_by=_operator(),
    )


def _read_off(person: str, to: str | None, until: str | None, group: str | None) -> tuple[str, str | None]:
    if to is not None or until is not None:
        raise UsageError("--off: goes with --from and --group only; it ends existing delegations.")
    return _read_user("--from", person), _read_group(group)


async def _grant(connections: Connections, out: Output, granted: DelegationGrant) -> ExitCode:
    async with connections.delegations() as delegations:
        await delegations.grant(granted)
    end = local_time(granted.until)
    out.print(f"{granted.delegate} decides for {granted.person}{_for(granted.group)} until {end}.", "green")
    out.print_json(delegation_document(granted))
    return ExitCode.OK


async def _revoke(connections: Connections, out: Output, person: str, group: str | None) -> ExitCode:
    async with connections.delegations() as delegations:
        ended = await delegations.revoke(person, group, _operator())
    if ended:
        out.print(f"Nobody decides for {person}{_for(group)} any more.", "green")
    else:
        out.info(f"{person} has no delegation{_for(group)} that could be ended.", "yellow")
    out.print_json({"person": person, "group": group, "ended": ended})
    return ExitCode.OK


def _for(group: str | None) -> str:
    return f" for {group}" if group else ""


def _operator() -> str:
    return f"{ActorKind.OPERATOR}:{operator_name()}"


def _read_user(option: str, text: str) -> str:
    try:
        return _USER.validate_python(text)
    except ValidationError:
        raise UsageError(
            f"{option}: {text!r} is not an id of a Slack user; those look like U0ALICE01"
        ) from None


def _read_group(text: str | None) -> str | None:
    try:
        return None if text is None else _GROUP.validate_python(text)
    except ValidationError:
        raise UsageError(f"--group: {text!r} cannot be the name of a group of the policy") from None
