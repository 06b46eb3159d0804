"""`deployment show`, `promote` and `drained`: which build of the workers takes new orders, which may stop."""

import asyncio
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

import typer

from orchestration.cli import connections as connections_of
from orchestration.cli.connections import Connections
from orchestration.cli.exit_codes import ExitCode
from orchestration.cli.output.console import Json, Output, in_table, local_zone, utc
from orchestration.cli.run import perform
from orchestration.worker.deployments import Build, BuildStatus, Deployment, Deployments
from orchestration.worker.task_queues import Queue


class Which(StrEnum):
    """Which deployments a command is about."""

    ORDER = "order"
    SHIPPING = "shipping"
    ALL = "all"

    @property
    def queues(self) -> tuple[Queue, ...]:
        """Shipping first: a promoted order may start it at once."""
        every = (Queue.SHIPPING, Queue.ORDER)
        return every if self is Which.ALL else (Queue(self.value),)


BuildId = Annotated[str, typer.Argument(metavar="BUILD_ID", help="The BUILD_ID that its workers run with.")]
OfWhich = Annotated[Which, typer.Option("--deployment", help="Whose workers.")]

deployment_app = typer.Typer(
    help="Which build of the workers takes new orders, and which old one may be stopped.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@dataclass(frozen=True, slots=True)
class _Line:
    """One build, with what is counted rather than stored."""

    queue: Queue
    build: Build
    workers: int
    running: int

    @property
    def may_stop(self) -> bool:
        """Whether nothing would miss its workers."""
        return self.build.status in {BuildStatus.DRAINED, BuildStatus.INACTIVE} and self.running == 0


@deployment_app.command("show")
def show(context: typer.Context, which: OfWhich = Which.ALL, as_json: Json = False) -> None:
    """List the builds, newest first, with their workers and the workflows that run on them."""
    out = Output(as_json)
    perform(out, _show(connections_of.of(context), out, which))


@deployment_app.command("promote")
def promote(
    context: typer.Context,
    build_id: BuildId,
    *,
    which: OfWhich = Which.ALL,
    ramp: Annotated[
        float | None,
        typer.Option(
            min=0, max=100, metavar="PERCENT", help="Only so many of the new orders; 0 takes it back."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Let a build take the new orders. Again: nothing happens. An older build can be promoted just so."""
    out = Output(as_json)
    perform(out, _promote(connections_of.of(context), out, which, build_id, ramp))


@deployment_app.command("drained")
def drained(
    context: typer.Context, build_id: BuildId, *, which: OfWhich = Which.ALL, as_json: Json = False
) -> None:
    """Say whether the workers of a build may be stopped: exit code 0 if they may, 8 if not yet.

    Temporal looks every few minutes whether a build has drained.
    """
    out = Output(as_json)
    perform(out, _drained(connections_of.of(context), out, which, build_id))


async def _show(connections: Connections, out: Output, which: Which) -> ExitCode:
    async with connections.temporal() as client:
        deployments = Deployments(client)
        found = [await deployments.find(queue) for queue in which.queues]
        lines = [line for each in found if each is not None for line in await _lines(deployments, each)]
    for queue, each in zip(which.queues, found, strict=True):
        if each is None or each.current is None:
            out.note(f"{queue.deployment} has no current build: workers without a BUILD_ID take new orders.")
    zone = local_zone()
    columns = ("Deployment", "Build", "Status", "Workers", "Running workflows", f"First seen ({zone})")
    if lines:
        out.table(columns, [_cells(each) for each in lines], folds="Build")
    out.document({"builds": [_document(each) for each in lines]})
    return ExitCode.OK


async def _promote(
    connections: Connections, out: Output, which: Which, build_id: str, ramp: float | None
) -> ExitCode:
    changed: dict[str, bool] = {}
    gets = "all new orders" if ramp is None else f"{ramp:g} % of the new orders"
    async with connections.temporal() as client:
        deployments = Deployments(client)
        for queue in which.queues:
            # All are looked at before one is changed.
            await deployments.get_with_workers(queue, build_id)
        for queue in which.queues:
            changed[queue.deployment] = await deployments.promote(queue, build_id, ramp)
            done = "gets" if changed[queue.deployment] else "had already"
            out.say(f"{queue.deployment}: build {build_id} {done} {gets}.")
    out.document({"build_id": build_id, "ramp": ramp, "changed": changed})
    return ExitCode.OK


async def _drained(connections: Connections, out: Output, which: Which, build_id: str) -> ExitCode:
    async with connections.temporal() as client:
        deployments = Deployments(client)
        lines = [
            await _line(deployments, queue, (await deployments.get(queue)).build(build_id))
            for queue in which.queues
        ]
    for each in lines:
        verdict = "its workers may be stopped" if each.may_stop else "not yet"
        out.say(
            f"{each.queue.deployment}: build {build_id} is {each.build.status}; workflows running on it: "
            f"{each.running}; {verdict}.",
            "green" if each.may_stop else "yellow",
        )
    done = all(each.may_stop for each in lines)
    out.document({"build_id": build_id, "drained": done, "builds": [_document(each) for each in lines]})
    return ExitCode.OK if done else ExitCode.FAULTS


async def _lines(deployments: Deployments, deployment: Deployment) -> list[_Line]:
    return [await _line(deployments, deployment.queue, build) for build in deployment.builds]


async def _line(deployments: Deployments, queue: Queue, build: Build) -> _Line:
    workers, running = await asyncio.gather(
        deployments.count_workers(queue, build.build_id),
        deployments.count_running_workflows(queue, build.build_id),
    )
    return _Line(queue, build, workers, running)


def _cells(line: _Line) -> tuple[str, ...]:
    ramp = f" {line.build.ramp:g} %" if line.build.status is BuildStatus.RAMPING else ""
    return (
        line.queue.deployment,
        line.build.build_id,
        f"{line.build.status}{ramp}",
        str(line.workers),
        str(line.running),
        in_table(line.build.created_at),
    )


def _document(line: _Line) -> dict[str, object]:
    return {
        "deployment": line.queue.deployment,
        "build_id": line.build.build_id,
        "status": line.build.status,
        "ramp": line.build.ramp,
        "workers": line.workers,
        "running": line.running,
        "created_at": utc(line.build.created_at),
    }
