"""The commands, and nothing else: `python -m orchestration.cli --help` shows this list."""

import typer

from orchestration.cli.amend import amend
from orchestration.cli.audit import audit_app
from orchestration.cli.delegate import delegate
from orchestration.cli.delegations import delegations
from orchestration.cli.exit_codes import epilog
from orchestration.cli.history import history
from orchestration.cli.listing import list_orders
from orchestration.cli.policy import policy_app
from orchestration.cli.query import query
from orchestration.cli.reconcile import reconcile
from orchestration.cli.refund import refund
from orchestration.cli.register import register_search_attributes
from orchestration.cli.signal import signal
from orchestration.cli.start import start_workflow
from orchestration.cli.talk import answer, ask

app = typer.Typer(
    name="python -m orchestration.cli",
    help="Start orders, ask about them and decide, from a terminal.",
    epilog=epilog(),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
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
app.add_typer(policy_app, name="policy")
app.add_typer(audit_app, name="audit")
