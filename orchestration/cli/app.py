"""The Typer application: the list of all commands, as `python -m orchestration.cli --help` shows it."""

from typing import Annotated

import typer

from orchestration import __version__
from orchestration.cli.commands.admin.delegate import delegate
from orchestration.cli.commands.admin.delegations import delegations
from orchestration.cli.commands.admin.payload_key import payload_key
from orchestration.cli.commands.admin.reconcile import reconcile
from orchestration.cli.commands.admin.register_search_attributes import register_search_attributes
from orchestration.cli.commands.admin.replay import replay
from orchestration.cli.commands.audit.app import audit_app
from orchestration.cli.commands.deployment.app import deployment_app
from orchestration.cli.commands.order.amend import amend
from orchestration.cli.commands.order.answer import answer
from orchestration.cli.commands.order.ask import ask
from orchestration.cli.commands.order.history import history
from orchestration.cli.commands.order.list import list_orders
from orchestration.cli.commands.order.query import query
from orchestration.cli.commands.order.refund import refund
from orchestration.cli.commands.order.signal import signal
from orchestration.cli.commands.order.start_workflow import start_workflow
from orchestration.cli.commands.policy.app import policy_app
from orchestration.cli.exit_codes import epilog

app = typer.Typer(
    name="python -m orchestration.cli",
    help="Start orders, show them and decide about them, from a terminal.",
    epilog=epilog(),
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"countersign {__version__}")
        raise typer.Exit


@app.callback()
def countersign(
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version and exit."),
    ] = False,
) -> None:
    """Start orders, show them and decide about them, from a terminal."""


app.command("start-workflow")(start_workflow)
app.command("query")(query)
app.command("signal")(signal)
app.command("amend")(amend)
app.command("ask")(ask)
app.command("answer")(answer)
app.command("refund")(refund)
app.command("list")(list_orders)
app.command("history")(history)
app.command("delegate")(delegate)
app.command("delegations")(delegations)
app.command("reconcile")(reconcile)
app.command("register-search-attributes")(register_search_attributes)
app.command("replay")(replay)
app.command("payload-key")(payload_key)
app.add_typer(policy_app, name="policy")
app.add_typer(audit_app, name="audit")
app.add_typer(deployment_app, name="deployment")
