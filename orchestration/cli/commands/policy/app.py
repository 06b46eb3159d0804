"""The `policy` commands as one Typer application."""

import typer

from orchestration.cli.commands.policy.check import check
from orchestration.cli.commands.policy.explain import explain

policy_app = typer.Typer(
    help="Check the approval policy, and show what it would do with an order.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
policy_app.command("check")(check)
policy_app.command("explain")(explain)
