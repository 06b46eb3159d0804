"""The command `audit verify`: recompute the hash chain of the audit log."""

from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli.connections import Connections, connections_from
from orchestration.cli.errors import UsageError
from orchestration.cli.exit_codes import ExitCode
from orchestration.cli.output.console import JsonOption, Output
from orchestration.cli.output.slow_progress import SlowProgress
from orchestration.cli.run import run_command
from orchestration.domain.audit.chain import ChainCheck, ChainFault, ChainFaultKind
from orchestration.domain.audit.head import Head
from orchestration.domain.errors import OrderNotFound

MAX_LISTED = 1000
"""Faults that the JSON document lists; all are counted, and printed as they are found."""
_MAX_HEAD_SIZE = 4096
"""Characters of a file that are read to find a head."""


def verify(
    context: typer.Context,
    *,
    order: Annotated[str | None, typer.Option(metavar="ORDER_ID", help="Only this order's events.")] = None,
    head: Annotated[
        str | None,
        typer.Option(metavar="FILE_OR_TEXT", help="The head of an earlier export, kept elsewhere."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Recompute every hash of the audit log, and name what was changed, unlinked or removed.

    Without --head, removed events at the end of an order, or of the whole log, cannot be detected.
    """
    out = Output(as_json)
    run_command(out, _verify(connections_from(context), out, order, head))


@dataclass
class _Faults:
    """The faults found so far: all are printed and counted, the first `MAX_LISTED` are kept."""

    out: Output
    kept: list[ChainFault] = field(default_factory=list)
    count: int = 0

    def add(self, fault: ChainFault) -> None:
        self.count += 1
        if len(self.kept) < MAX_LISTED:
            self.kept.append(fault)
        self.out.print(_sentence(fault), "red")


async def _verify(
    connections: Connections, out: Output, order_id: str | None, head_text: str | None
) -> ExitCode:
    """Read all events, or those of one order, and print every fault. Raises OrderNotFound, UsageError."""
    if order_id is not None and head_text is not None:
        raise UsageError("--head: covers all orders; it cannot be combined with --order.")
    head = None if head_text is None else _read_head(head_text)
    check, faults = ChainCheck(head), _Faults(out)
    async with connections.audit() as log:
        with SlowProgress(out) as progress:
            async with aclosing(log.by_order(order_id)) as events:
                async for event in events:
                    for fault in check.add(event):
                        faults.add(fault)
                    progress.update(f"{check.events:,} events of {check.orders:,} orders")
    if order_id is not None and not check.events:
        raise OrderNotFound(f"The audit log knows no order {order_id}.")
    if (fault_of_head := check.finish()) is not None:
        faults.add(fault_of_head)
    out.print(_summary(check, faults.count, head), "red" if faults.count else "green")
    out.print_json(
        {
            "ok": not faults.count,
            "events": check.events,
            "orders": check.orders,
            "head": None if head is None else str(head),
            "fault_count": faults.count,
            "faults": [
                {
                    "kind": fault.kind.value,
                    "order_id": fault.order_id,
                    "position": fault.position,
                    "detail": fault.detail,
                }
                for fault in faults.kept
            ],
        }
    )
    return ExitCode.FAULTS if faults.count else ExitCode.OK


def _read_head(text: str) -> Head:
    """Parse a head, or the file that contains one. Raises UsageError."""
    try:
        return Head.parse(text)
    except ValueError:
        pass
    try:
        with Path(text).open(encoding="utf-8") as file:
            return Head.parse(file.read(_MAX_HEAD_SIZE))
    except OSError as error:
        raise UsageError(
            f"--head: {text!r} is no head, and no file that can be read: {error.strerror}"
        ) from None
    except ValueError:
        raise UsageError(f"--head: the file {text!r} holds no head as audit export prints it") from None


_FAULT_NAMES = {
    ChainFaultKind.CHANGED: "changed event",
    ChainFaultKind.BROKEN_LINK: "broken link",
    ChainFaultKind.MISSING: "missing event",
}


def _sentence(fault: ChainFault) -> str:
    if fault.kind is ChainFaultKind.HEAD:
        return f"head does not match: {fault.detail}"
    return f"{_FAULT_NAMES[fault.kind]}: order {fault.order_id}, position {fault.position}: {fault.detail}"


def _summary(check: ChainCheck, faults: int, head: Head | None) -> str:
    read = f"{check.events} events of {check.orders} orders"
    if faults:
        return f"{read}: {faults} fault{'' if faults == 1 else 's'}."
    complete = f"; all is there up to event {head.event_id}, as the head has it" if head else ""
    return f"{read}: every hash is right{complete}."
