"""`replay`: whether the workflows that run would go on with the code that is installed here."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli import connections as connections_of
from orchestration.cli.connections import Connections
from orchestration.cli.errors import UsageWrong
from orchestration.cli.exit_codes import ExitCode
from orchestration.cli.output.console import Json, Output
from orchestration.cli.run import perform
from orchestration.worker.replay import (
    ReplayResult,
    order_histories,
    read_histories,
    replay_histories,
    running_histories,
)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What to replay, as it was asked for."""

    running: bool
    files: tuple[Path, ...]
    order: str | None
    limit: int | None


def replay(
    context: typer.Context,
    *,
    run: Annotated[
        bool, typer.Option("--running", help="Every order, refund and shipping that runs; the default.")
    ] = False,
    file: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="A history as JSON, from the Web UI or temporal. Repeatable."),
    ] = None,
    order: Annotated[str | None, typer.Option(metavar="ORDER_ID", help="One order, ended or not.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Look at so many that run, and no more.")] = None,
    as_json: Json = False,
) -> None:
    """Replay histories against the code that is installed here, before it is deployed. Changes nothing.

    Exits with 8 if one of them would break.
    """
    out = Output(as_json)
    wanted = _Wanted(run, tuple(file or ()), order, limit)
    perform(out, _replay(connections_of.of(context), out, wanted))


async def _replay(connections: Connections, out: Output, wanted: _Wanted) -> ExitCode:
    if wanted.running + bool(wanted.files) + (wanted.order is not None) > 1:
        raise UsageWrong("--running, --file and --order: only one of them at a time.")
    results: list[ReplayResult] = []
    with out.progress() as show:
        show("replaying")
        if wanted.files:
            async for each in replay_histories(read_histories(wanted.files)):
                results.append(each)
        else:
            async with connections.temporal() as client:
                histories = (
                    running_histories(client, wanted.limit)
                    if wanted.order is None
                    else order_histories(client, wanted.order)
                )
                async for each in replay_histories(histories, client.data_converter):
                    results.append(each)
                    show(f"replayed {len(results)}")
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
        out.table(columns, [(kind, str(total), str(bad)) for kind, total, bad in counts], folds="Workflow")
    else:
        out.note("There is nothing to replay.")
    for each in broken:
        out.say(f"{each.workflow_id} (run {each.run_id}): {each.problem}", "red")
    out.document(
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
