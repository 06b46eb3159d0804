"""`policy check` and `policy explain`: whether the policy file is right, and what it does to an order."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli.commands.policy.document import document
from orchestration.cli.commands.policy.explanation import Explained, rows
from orchestration.cli.errors import UsageWrong, exit_code
from orchestration.cli.exit_codes import ExitCode
from orchestration.cli.output.console import Json, Output
from orchestration.cli.run import perform
from orchestration.domain.currency import to_minor
from orchestration.domain.errors import PolicyWrong
from orchestration.domain.fields import MAX_AMOUNT
from orchestration.domain.policy.approval_policy import ApprovalPolicy, Asked, Subject
from orchestration.policy_file.load import Fault, examine, load_policy, read_text
from orchestration.policy_file.path import policy_path

policy_app = typer.Typer(
    help="Check the approval policy, and ask what it would do.", no_args_is_help=True, rich_markup_mode=None
)


@dataclass(frozen=True, slots=True)
class _Question:
    """What was given on the command line; empty where it was not."""

    amount: str
    currency: str
    customer: str
    tags: tuple[str, ...]
    subject: Subject
    requester: str


@policy_app.command("check")
def check(
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="APPROVAL_POLICY_FILE if left out.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Say whether the approval policy can be used: each error and each warning with its line."""
    out = Output(as_json)
    perform(out, _check(out, file))


@policy_app.command("explain")
def explain(
    *,
    amount: Annotated[str, typer.Option(metavar="AMOUNT", help="In major units, such as 7200 or 12.50.")],
    currency: Annotated[str, typer.Option(metavar="CODE", help="ISO 4217, such as EUR.")],
    customer: Annotated[str, typer.Option(metavar="NAME", help="As the order would name them.")] = "",
    tag: Annotated[list[str] | None, typer.Option(metavar="TAG", help="Of the order. Repeatable.")] = None,
    refund: Annotated[bool, typer.Option("--refund", help="A refund rather than an order.")] = False,
    requester: Annotated[str, typer.Option(metavar="USER", help="Slack user id of who asks for it.")] = "",
    file: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The policy; APPROVAL_POLICY_FILE if left out.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Say which tier an order would fall under and why, whom it would ask, and what would happen when."""
    out = Output(as_json)
    subject = Subject.REFUND if refund else Subject.ORDER
    question = _Question(amount, currency.strip().upper(), customer, tuple(tag or ()), subject, requester)
    perform(out, _explain(out, file, question))


async def _check(out: Output, file: Path | None) -> ExitCode:
    path = file or policy_path()
    content = read_text(path)
    policy, faults = examine(content.text)
    for fault in faults:
        where = f"{path}:{fault.line}" if fault.line else str(path)
        out.say(f"{where}: {_severity(fault)}: {fault}", "red" if fault.is_error else "yellow")
    out.say(_summary(path, policy, faults), "green" if policy else "red")
    out.document(
        {
            "file": str(path),
            "ok": policy is not None,
            "digest": content.digest,
            "faults": [
                {"line": each.line, "path": each.path, "message": each.message, "severity": _severity(each)}
                for each in faults
            ],
        }
    )
    return ExitCode.OK if policy else ExitCode.USAGE


def _severity(fault: Fault) -> str:
    return "error" if fault.is_error else "warning"


def _summary(path: Path, policy: ApprovalPolicy | None, faults: tuple[Fault, ...]) -> str:
    errors = sum(fault.is_error for fault in faults)
    warnings = len(faults) - errors
    warned = f"{warnings or 'no'} warning{'' if warnings == 1 else 's'}"
    if policy is None:
        return f"{path} cannot be used: {errors} error{'' if errors == 1 else 's'}, {warned}."
    orders = sum(each.selector.subject is Subject.ORDER for each in policy.tiers)
    refunds = len(policy.tiers) - orders
    tiers = f"{orders} tier{'' if orders == 1 else 's'} for orders, {refunds or 'none'} for refunds"
    return f"{path} is fine: {tiers}; {warned}."


async def _explain(out: Output, file: Path | None, question: _Question) -> ExitCode:
    asked = Asked(
        amount=_minor(question.amount, question.currency),
        currency=question.currency,
        customer=question.customer,
        tags=question.tags,
        subject=question.subject,
    )
    path = file or policy_path()
    try:
        policy, _ = load_policy(path)
    except PolicyWrong as error:
        # Each of its errors is a line of its own.
        heading, *errors = str(error).splitlines()
        out.problem(heading, exit_code(error), [each.strip() for each in errors])
        return exit_code(error)
    found = policy.tier_for(asked)
    explained = Explained(policy, found, asked, question.requester, datetime.now(UTC))
    out.fields(rows(explained))
    out.document({"file": str(path), "digest": policy.digest, **document(explained)})
    return ExitCode.OK


def _minor(amount: str, currency: str) -> int:
    try:
        minor = to_minor(amount, currency)
    except ValueError as error:
        option = "--currency" if "ISO 4217" in str(error) else "--amount"
        raise UsageWrong(f"{option}: {error}") from None
    except ArithmeticError:
        minor = MAX_AMOUNT + 1  # more than even a Decimal holds
    if not 0 <= minor <= MAX_AMOUNT:
        raise UsageWrong(f"--amount: must be 0 to {MAX_AMOUNT:,} minor units, as an order's") from None
    return minor
