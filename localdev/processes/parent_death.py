"""Starts a program that the kernel ends when its parent process dies.

`Child` runs this file as a program of its own; nothing imports it:

    python -I -S parent_death.py SIGNAL PARENT_PID UID GID PROGRAM ARGUMENTS...

It is a program and not a `preexec_fn`, since Python code between fork and exec can deadlock in a process with
threads (Temporal's client has them) and Python 3.12 warns of it.
"""

import os
import sys
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1


def _nothing(_: int) -> None:
    """Do nothing: only Linux can end a child with its parent."""


def _end_with_parent() -> Callable[[int], None]:
    """Return the function that asks the kernel for a signal at the parent's death."""
    if not sys.platform.startswith("linux"):
        return _nothing
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)

    def ask(signal_number: int) -> None:
        if libc.prctl(_PR_SET_PDEATHSIG, signal_number, 0, 0, 0) != 0:
            sys.exit(f"prctl(PR_SET_PDEATHSIG): {os.strerror(ctypes.get_errno())}")

    return ask


def main() -> None:
    """Change to UID and GID unless they are -1, ask for SIGNAL at the parent's death, and run PROGRAM."""
    signal_number, parent, uid, gid = (int(word) for word in sys.argv[1:5])
    program = sys.argv[5:]
    # Loaded now, since the other user may not be able to read this Python installation.
    end_with_parent = _end_with_parent()
    if uid >= 0:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    end_with_parent(signal_number)  # Only now, since a change of user clears the request.
    if os.getppid() != parent:
        sys.exit("the process that started this one is gone")
    try:
        os.execv(program[0], program)  # noqa: S606 - no shell is the point  # nosec B606
    except OSError as error:
        sys.exit(f"cannot start {program[0]}: {error.strerror}")


if __name__ == "__main__":
    main()
