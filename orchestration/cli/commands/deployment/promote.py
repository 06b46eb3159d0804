"""The command `deployment promote`: let a build take new orders."""

from typing import Annotated

import typer

from orchestration.cli.commands.deployment.choice import BuildIdArgument, DeploymentChoice, DeploymentOption
from orchestration.cli.connections import Connections, connections_from
from orchestration.cli.exit_codes import ExitCode
from orchestration.cli.output.console import JsonOption, Output
from orchestration.cli.run import run_command
from orchestration.worker.deployments import Deployments


def promote(
    context: typer.Context,
    build_id: BuildIdArgument,
    *,
    choice: DeploymentOption = DeploymentChoice.ALL,
    ramp: Annotated[
        float | None,
        typer.Option(
            min=0, max=100, metavar="PERCENT", help="Only this share of new orders; 0 stops the ramp."
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Let a build take new orders; safe to repeat. An older build can be promoted the same way."""
    out = Output(as_json)
    run_command(out, _promote(connections_from(context), out, choice, build_id, ramp))


async def _promote(
    connections: Connections, out: Output, choice: DeploymentChoice, build_id: str, ramp: float | None
) -> ExitCode:
    changed: dict[str, bool] = {}
    share = "all new orders" if ramp is None else f"{ramp:g} % of the new orders"
    async with connections.temporal() as client:
        deployments = Deployments(client)
        for queue in choice.queues:
            # All deployments are checked before one is changed.
            await deployments.get_with_workers(queue, build_id)
        for queue in choice.queues:
            changed[queue.deployment] = await deployments.promote(queue, build_id, ramp)
            verb = "gets" if changed[queue.deployment] else "had already"
            out.print(f"{queue.deployment}: build {build_id} {verb} {share}.")
    out.print_json({"build_id": build_id, "ramp": ramp, "changed": changed})
    return ExitCode.OK
