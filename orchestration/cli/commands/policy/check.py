"""The command `policy check`: validate the approval policy file."""

from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli.exit_codes import ExitCode
from orchestration.cli.output.console import JsonOption, Output
from orchestration.cli.run import run_command
from orchestration.domain.policy.approval_policy import ApprovalPolicy, Subject
from orchestration.policy_file.load import Diagnostic, examine, read_text
from orchestration.policy_file.path import policy_path


def check(
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="Default: APPROVAL_POLICY_FILE.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Say whether the approval policy can be used: each error and each warning with its line."""
    out = Output(as_json)
    run_command(out, _check(out, file))


async def _check(out: Output, file: Path | None) -> ExitCode:
    path = file or policy_path()
    content = read_text(path)
    policy, diagnostics = examine(content.text)
    for diagnostic in diagnostics:
        where = f"{path}:{diagnostic.line}" if diagnostic.line else str(path)
        out.print(
            f"{where}: {_severity(diagnostic)}: {diagnostic}", "red" if diagnostic.is_error else "yellow"
        )
    out.print(_summary(path, policy, diagnostics), "green" if policy else "red")
    out.print_json(
        {
            "file": str(path),
            "ok": policy is not None,
            "digest": content.digest,
            "faults": [
                {"line": each.line, "path": each.path, "message": each.message, "severity": _severity(each)}
                for each in diagnostics
            ],
        }
    )
    return ExitCode.OK if policy else ExitCode.USAGE


def _severity(diagnostic: Diagnostic) -> str:
    return "error" if diagnostic.is_error else "warning"


def _summary(path: Path, policy: ApprovalPolicy | None, diagnostics: tuple[Diagnostic, ...]) -> str:
    errors = sum(diagnostic.is_error for diagnostic in diagnostics)
    warnings = len(diagnostics) - errors
    warned = f"{warnings or 'no'} warning{'' if warnings == 1 else 's'}"
    if policy is None:
        return f"{path} cannot be used: {errors} error{'' if errors == 1 else 's'}, {warned}."
    orders = sum(each.selector.subject is Subject.ORDER for each in policy.tiers)
    refunds = len(policy.tiers) - orders
    tiers = f"{orders} tier{'' if orders == 1 else 's'} for orders, {refunds or 'none'} for refunds"
    return f"{path} is fine: {tiers}; {warned}."
