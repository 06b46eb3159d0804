"""The command `policy explain`: show which tier an order would fall under, and what would happen."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli.commands.policy.explanation import Explanation
from orchestration.cli.commands.policy.explanation_document import explanation_document
from orchestration.cli.commands.policy.explanation_fields import explanation_fields
from orchestration.cli.errors import UsageError, exit_code
from orchestration.cli.exit_codes import ExitCode
from orchestration.cli.output.console import JsonOption, Output
from orchestration.cli.run import run_command
from orchestration.domain.currency import to_minor
from orchestration.domain.errors import PolicyWrong
from orchestration.domain.fields import MAX_AMOUNT
from orchestration.domain.policy.approval_policy import Subject, TierQuery
from orchestration.policy_file.load import load_policy
from orchestration.policy_file.path import policy_path


@dataclass(frozen=True, slots=True)
class _Order:
    """The order or refund that the options describe; empty for options that were not given."""

    amount: str
    currency: str
    customer: str
    tags: tuple[str, ...]
    subject: Subject
    requester: str


def explain(
    *,
    amount: Annotated[str, typer.Option(metavar="AMOUNT", help="In major units, such as 7200 or 12.50.")],
    currency: Annotated[str, typer.Option(metavar="CODE", help="ISO 4217, such as EUR.")],
    customer: Annotated[str, typer.Option(metavar="NAME", help="The order's customer.")] = "",
    tag: Annotated[list[str] | None, typer.Option(metavar="TAG", help="Of the order. Repeatable.")] = None,
    refund: Annotated[bool, typer.Option("--refund", help="A refund instead of an order.")] = False,
    requester: Annotated[str, typer.Option(metavar="USER", help="The requester's Slack user id.")] = "",
    file: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The policy. Default: APPROVAL_POLICY_FILE.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show which tier an order would fall under and why, whom it would ask, and what would happen when."""
    out = Output(as_json)
    subject = Subject.REFUND if refund else Subject.ORDER
    order = _Order(amount, currency.strip().upper(), customer, tuple(tag or ()), subject, requester)
    run_command(out, _explain(out, file, order))


async def _explain(out: Output, file: Path | None, order: _Order) -> ExitCode:
    asked = TierQuery(
        amount=_minor(order.amount, order.currency),
        currency=order.currency,
        customer=order.customer,
        tags=order.tags,
        subject=order.subject,
    )
    path = file or policy_path()
    try:
        policy, _ = load_policy(path)
    except PolicyWrong as error:
        # The message has a heading, then one fault a line.
        heading, *faults = str(error).splitlines()
        out.error(heading, exit_code(error), [each.strip() for each in faults])
        return exit_code(error)
    explanation = Explanation(policy, policy.tier_for(asked), asked, order.requester, datetime.now(UTC))
    out.print_fields(explanation_fields(explanation))
    out.print_json({"file": str(path), "digest": policy.digest, **explanation_document(explanation)})
    return ExitCode.OK


def _minor(amount: str, currency: str) -> int:
    try:
        minor = to_minor(amount, currency)
    except ValueError as error:
        option = "--currency" if "ISO 4217" in str(error) else "--amount"
        raise UsageError(f"{option}: {error}") from None
    except ArithmeticError:
        minor = MAX_AMOUNT + 1  # the amount is too large for a Decimal
    if not 0 <= minor <= MAX_AMOUNT:
        raise UsageError(f"--amount: must be 0 to {MAX_AMOUNT:,} minor units, as an order's") from None
    return minor
