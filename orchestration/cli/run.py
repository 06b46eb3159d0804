"""Runs a command's coroutine, and ends the process with the exit code that fits its result."""

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager

import typer
from temporalio.service import RPCError

from orchestration.cli.errors import ExpectedError, error_message, exit_code
from orchestration.cli.exit_codes import ExitCode
from orchestration.cli.output.console import Output
from orchestration.domain.errors import CountersignError, OrderRefused

PROGRAM = "python -m orchestration.cli"
"""How the CLI is called; printed wherever a command suggests another one."""


def run_command(out: Output, work: Coroutine[object, object, ExitCode]) -> None:
    """Run `work`. Always raises typer.Exit."""
    with reported_errors(out):
        raise typer.Exit(asyncio.run(work))


@contextmanager
def reported_errors(out: Output) -> Iterator[None]:
    """Print an expected error of the block, and raise typer.Exit with its exit code."""
    try:
        yield
    except (CountersignError, RPCError) as error:
        raise typer.Exit(_report(out, error)) from None


def _report(out: Output, error: ExpectedError) -> ExitCode:
    code = exit_code(error)
    if isinstance(error, OrderRefused):
        out.error("The order is malformed; nothing was started:", code, [str(p) for p in error.problems])
    else:
        out.error(error_message(error), code)
    return code
