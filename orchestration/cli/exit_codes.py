"""What the CLI's exit codes mean; scripts rely on them, so a number is never given another meaning."""

from enum import IntEnum


class ExitCode(IntEnum):
    """The process's answer to a script."""

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
    ExitCode.FAULTS: "a check has found something wrong",
    ExitCode.INTERRUPTED: "stopped with Ctrl-C",
}


def epilog() -> str:
    """List the exit codes for ``--help``."""
    # A blank line between them keeps each on a line of its own.
    return "Exit codes:\n\n" + "\n\n".join(f"{code.value}: {meaning}" for code, meaning in MEANINGS.items())
