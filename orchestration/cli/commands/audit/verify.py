"""The work of `audit verify`."""

from contextlib import aclosing
from pathlib import Path

from orchestration.cli.connections import Connections
from orchestration.cli.errors import UsageWrong
from orchestration.cli.exit_codes import ExitCode
from orchestration.cli.output.console import Output
from orchestration.cli.output.slow_progress import Progress
from orchestration.domain.audit.chain import ChainCheck, Fault, FaultKind
from orchestration.domain.audit.head import Head
from orchestration.domain.errors import OrderNotFound

MAX_LISTED = 1000
"""Faults that the JSON document lists; all are counted, and printed as they are found."""
_MAX_HEAD = 4096
"""Characters of a file that are looked at for a head."""


def read_head(text: str) -> Head:
    """Read a head as it was printed, or the file that holds it. Raises UsageWrong."""
    try:
        return Head.parse(text)
    except ValueError:
        pass
    try:
        with Path(text).open(encoding="utf-8") as file:
            return Head.parse(file.read(_MAX_HEAD))
    except OSError as error:
        raise UsageWrong(
            f"--head: {text!r} is no head, and no file that can be read: {error.strerror}"
        ) from None
    except ValueError:
        raise UsageWrong(f"--head: the file {text!r} holds no head as audit export prints it") from None


async def verify_log(
    connections: Connections, out: Output, order_id: str | None, head_text: str | None
) -> ExitCode:
    """Read all events, or those of one order, and say what is wrong. Raises OrderNotFound, UsageWrong."""
    if order_id is not None and head_text is not None:
        raise UsageWrong("--head: stands for all orders; it does not go with --order.")
    head = None if head_text is None else read_head(head_text)
    check, faults, counted = ChainCheck(head), list[Fault](), 0

    def found(fault: Fault) -> None:
        nonlocal counted
        counted += 1
        if len(faults) < MAX_LISTED:
            faults.append(fault)
        out.say(_sentence(fault), "red")

    async with connections.audit() as log:
        with Progress(out) as slow:
            async with aclosing(log.by_order(order_id)) as events:
                async for event in events:
                    for fault in check.add(event):
                        found(fault)
                    slow.say(f"{check.events:,} events of {check.orders:,} orders")
    if order_id is not None and not check.events:
        raise OrderNotFound(f"The audit log knows no order {order_id}.")
    if (fault_of_head := check.finish()) is not None:
        found(fault_of_head)
    out.say(_summary(check, counted, head), "red" if counted else "green")
    out.document(
        {
            "ok": not counted,
            "events": check.events,
            "orders": check.orders,
            "head": None if head is None else str(head),
            "fault_count": counted,
            "faults": [
                {
                    "kind": fault.kind.value,
                    "order_id": fault.order_id,
                    "position": fault.position,
                    "detail": fault.detail,
                }
                for fault in faults
            ],
        }
    )
    return ExitCode.FAULTS if counted else ExitCode.OK


_WORDS = {
    FaultKind.CHANGED: "changed event",
    FaultKind.BROKEN_LINK: "broken link",
    FaultKind.MISSING: "missing event",
}


def _sentence(fault: Fault) -> str:
    if fault.kind is FaultKind.HEAD:
        return f"head does not match: {fault.detail}"
    return f"{_WORDS[fault.kind]}: order {fault.order_id}, position {fault.position}: {fault.detail}"


def _summary(check: ChainCheck, faults: int, head: Head | None) -> str:
    read = f"{check.events} events of {check.orders} orders"
    if faults:
        return f"{read}: {faults} fault{'' if faults == 1 else 's'}."
    held = f"; all is there up to event {head.event_id}, as the head has it" if head else ""
    return f"{read}: every hash is right{held}."
