"""What can go wrong in the CLI, and which exit code says so."""

from temporalio.service import RPCError

from orchestration.cli.exit_codes import ExitCode
from orchestration.domain.errors import (
    CountersignError,
    DelegationRefused,
    NoTier,
    NoWorkerAnswered,
    OrderConflict,
    OrderNotFound,
    OrderOver,
    OrderRefused,
    OutcomeUnknown,
    PolicyWrong,
    TemporalUnavailable,
)
from orchestration.settings import SettingsWrong
from orchestration.worker.deployments import NoSuchBuild
from orchestration.worker.replay import InvalidHistory


class UsageWrong(CountersignError):
    """What was asked for makes no sense."""


class DatabaseUnavailable(CountersignError):
    """PostgreSQL could not be reached, or did not answer in time."""


_CODES: dict[type[CountersignError], ExitCode] = {
    UsageWrong: ExitCode.USAGE,
    OrderRefused: ExitCode.USAGE,
    SettingsWrong: ExitCode.USAGE,
    InvalidHistory: ExitCode.USAGE,
    PolicyWrong: ExitCode.USAGE,
    NoTier: ExitCode.USAGE,
    OrderNotFound: ExitCode.UNKNOWN_ORDER,
    OrderOver: ExitCode.REFUSED,
    DelegationRefused: ExitCode.REFUSED,
    OrderConflict: ExitCode.CONFLICT,
    NoWorkerAnswered: ExitCode.UNANSWERED,
    OutcomeUnknown: ExitCode.UNANSWERED,
    TemporalUnavailable: ExitCode.UNANSWERED,
    DatabaseUnavailable: ExitCode.UNANSWERED,
    NoSuchBuild: ExitCode.UNANSWERED,
}

Failure = CountersignError | RPCError
"""Errors that have a sentence for the user. Any other is a defect and keeps its traceback."""


def exit_code(error: Failure) -> ExitCode:
    """Return the exit code that says what happened."""
    if isinstance(error, RPCError):
        return ExitCode.UNANSWERED
    for kind, code in _CODES.items():
        if isinstance(error, kind):
            return code
    return ExitCode.DEFECT


def sentence(error: Failure) -> str:
    """Say in words what happened."""
    if isinstance(error, RPCError):
        return f"Temporal refused the request ({error.status.name}): {error.message}"
    return str(error)
