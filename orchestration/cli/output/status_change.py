"""Prints the status changes of an order or a refund while a command waits for its end."""

from datetime import datetime

from orchestration.cli.output.console import Output
from orchestration.cli.output.times import local_time


def print_status_change(out: Output, at: datetime, status: str, reason: str | None) -> None:
    """Print one status change to standard error."""
    out.info(f"{local_time(at)}  {status}" + (f": {reason}" if reason else ""), "")
