"""The errors of the CLI, and the exit code and the message of every error that a command can end with."""

from temporalio.service import RPCError

from orchestration.cli.exit_codes import ExitCode
from orchestration.domain.errors import (
    CountersignError,
    DelegationRefused,
    NoMatchingTier,
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
from orchestration.worker.builds import NoSuchBuild
from orchestration.worker.replay import InvalidHistory


class UsageError(CountersignError):
    """The options or arguments are wrong; the message begins with the option's name."""


class DatabaseUnavailable(CountersignError):
    """PostgreSQL could not be reached, or did not answer in time."""


_EXIT_CODES: dict[type[CountersignError], ExitCode] = {
    UsageError: ExitCode.USAGE,
    OrderRefused: ExitCode.USAGE,
    SettingsWrong: ExitCode.USAGE,
    InvalidHistory: ExitCode.USAGE,
    PolicyWrong: ExitCode.USAGE,
    NoMatchingTier: ExitCode.USAGE,
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

ExpectedError = CountersignError | RPCError
"""Errors that are reported with a message. Any other is a defect and keeps its traceback."""


def exit_code(error: ExpectedError) -> ExitCode:
    """Return the exit code for an error."""
    if isinstance(error, RPCError):
        return ExitCode.UNANSWERED
    for kind, code in _EXIT_CODES.items():
        if isinstance(error, kind):
            return code
    return ExitCode.DEFECT


def error_message(error: ExpectedError) -> str:
    """Return the message that is printed for an error."""
    if isinstance(error, RPCError):
        return f"Temporal refused the request ({error.status.name}): {error.message}"
    return str(error)
