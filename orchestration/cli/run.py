"""Run a command's coroutine and end the process with the exit code that fits what happened."""

import asyncio
from collections.abc import Coroutine

import typer
from temporalio.service import RPCError

from orchestration.cli.errors import exit_code, sentence
from orchestration.cli.exit_codes import ExitCode
from orchestration.cli.output.console import Output
from orchestration.domain.errors import CountersignError, OrderRefused

PROGRAM = "python -m orchestration.cli"
"""How people call it; printed wherever a command says what to do next."""


def perform(out: Output, work: Coroutine[object, object, ExitCode]) -> None:
    """Run `work`. Raises typer.Exit, always."""
    try:
        code = asyncio.run(work)
    except (CountersignError, RPCError) as error:
        code = fail(out, error)
    raise typer.Exit(code)


def fail(out: Output, error: CountersignError | RPCError) -> ExitCode:
    """Say what went wrong and return the exit code for it."""
    code = exit_code(error)
    if isinstance(error, OrderRefused):
        # The caller sees the field, and what is wrong with it, one a line.
        out.problem("The order is malformed; nothing was started:", code, [str(p) for p in error.problems])
    else:
        out.problem(sentence(error), code)
    return code
