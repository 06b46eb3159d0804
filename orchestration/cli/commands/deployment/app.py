"""The `deployment` commands as one Typer application."""

import typer

from orchestration.cli.commands.deployment.drained import drained
from orchestration.cli.commands.deployment.promote import promote
from orchestration.cli.commands.deployment.show import show

deployment_app = typer.Typer(
    help="Show which build of the workers takes new orders, change it, and see which may be stopped.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
deployment_app.command("show")(show)
deployment_app.command("promote")(promote)
deployment_app.command("drained")(drained)
