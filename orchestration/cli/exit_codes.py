"""The exit codes of the CLI. Scripts rely on them, so a number is never given another meaning."""

from enum import IntEnum


class ExitCode(IntEnum):
    """What the process returns to the shell; `MEANINGS` describes each."""

    OK = 0
    DEFECT = 1
    USAGE = 2
    UNKNOWN_ORDER = 3
    REFUSED = 4
    UNANSWERED = 5
    NOT_SHIPPED = 6
    CONFLICT = 7
    FAULTS = 8
    INTERRUPTED = 130


MEANINGS: dict[ExitCode, str] = {
    ExitCode.OK: "done, or accepted",
    ExitCode.DEFECT: "a defect in Countersign itself",
    ExitCode.USAGE: "wrong usage, a wrong setting, or a malformed order; nothing was started",
    ExitCode.UNKNOWN_ORDER: "there is no such order",
    ExitCode.REFUSED: "the decision was refused, or came after the order had ended",
    ExitCode.UNANSWERED: "Temporal, a worker or PostgreSQL did not answer",
    ExitCode.NOT_SHIPPED: "with --wait: the order ended otherwise than SHIPPED",
    ExitCode.CONFLICT: "another order has this id",
    ExitCode.FAULTS: "a check has found something wrong, or says: not yet",
    ExitCode.INTERRUPTED: "stopped with Ctrl-C",
}


def epilog() -> str:
    """List the exit codes for ``--help``."""
    # The blank lines keep Typer from joining all codes into one paragraph.
    return "Exit codes:\n\n" + "\n\n".join(f"{code.value}: {meaning}" for code, meaning in MEANINGS.items())
