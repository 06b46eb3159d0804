"""The command `replay`: check that running workflows can continue with the code that is installed here."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli.connections import Connections, connections_from
from orchestration.cli.errors import UsageError
from orchestration.cli.exit_codes import ExitCode
from orchestration.cli.output.console import JsonOption, Output
from orchestration.cli.run import run_command
from orchestration.worker.replay import (
    ReplayResult,
    order_histories,
    read_histories,
    replay_histories,
    running_histories,
)


@dataclass(frozen=True, slots=True)
class _Selection:
    """Which histories to replay, as the options say."""

    running: bool
    files: tuple[Path, ...]
    order: str | None
    limit: int | None


def replay(
    context: typer.Context,
    *,
    run: Annotated[bool, typer.Option("--running", help="All running workflows; the default.")] = False,
    file: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE", help="A history as JSON, from the Web UI or the temporal CLI. Repeatable."
        ),
    ] = None,
    order: Annotated[
        str | None, typer.Option(metavar="ORDER_ID", help="One order, running or closed.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="With --running: at most this many.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Replay histories against the code that is installed here, before it is deployed. Changes nothing.

    Exits with 8 if one of them does not replay.
    """
    out = Output(as_json)
    selection = _Selection(run, tuple(file or ()), order, limit)
    run_command(out, _replay(connections_from(context), out, selection))


async def _replay(connections: Connections, out: Output, selection: _Selection) -> ExitCode:
    if selection.running + bool(selection.files) + (selection.order is not None) > 1:
        raise UsageError("--running, --file and --order: only one of them at a time.")
    results: list[ReplayResult] = []
    with out.progress() as set_progress:
        set_progress("replaying")
        if selection.files:
            async for each in replay_histories(read_histories(selection.files)):
                results.append(each)
        else:
            async with connections.temporal() as client:
                histories = (
                    running_histories(client, selection.limit)
                    if selection.order is None
                    else order_histories(client, selection.order)
                )
                async for each in replay_histories(histories, client.data_converter):
                    results.append(each)
                    set_progress(f"replayed {len(results)}")
    return _report(out, results)


def _report(out: Output, results: list[ReplayResult]) -> ExitCode:
    broken = [each for each in results if each.problem is not None]
    types = sorted({each.workflow_type for each in results})
    counts = [
        (
            kind,
            sum(each.workflow_type == kind for each in results),
            sum(each.workflow_type == kind for each in broken),
        )
        for kind in types
    ]
    if counts:
        columns = ("Workflow", "Replayed", "Would break")
        out.print_table(
            columns, [(kind, str(total), str(bad)) for kind, total, bad in counts], wrap="Workflow"
        )
    else:
        out.info("There is nothing to replay.")
    for each in broken:
        out.print(f"{each.workflow_id} (run {each.run_id}): {each.problem}", "red")
    out.print_json(
        {
            "ok": not broken,
            "workflows": [
                {"type": kind, "replayed": total, "would_break": bad} for kind, total, bad in counts
            ],
            "problems": [
                {"workflow_id": each.workflow_id, "run_id": each.run_id, "problem": each.problem}
                for each in broken
            ],
        }
    )
    return ExitCode.FAULTS if broken else ExitCode.OK
