"""The `audit` commands as one Typer application."""

import typer

from orchestration.cli.commands.audit.export import export
from orchestration.cli.commands.audit.verify import verify

audit_app = typer.Typer(
    help="Prove that the audit log is complete and unchanged, and export it.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
audit_app.command("verify")(verify)
audit_app.command("export")(export)
