"""The command `deployment show`: list the builds of the workers."""

import typer

from orchestration.cli.commands.deployment.build_report import build_cells, build_document, report_build
from orchestration.cli.commands.deployment.choice import DeploymentChoice, DeploymentOption
from orchestration.cli.connections import Connections, connections_from
from orchestration.cli.exit_codes import ExitCode
from orchestration.cli.output.console import JsonOption, Output
from orchestration.cli.output.times import local_zone
from orchestration.cli.run import run_command
from orchestration.worker.deployments import Deployments


def show(
    context: typer.Context, choice: DeploymentOption = DeploymentChoice.ALL, as_json: JsonOption = False
) -> None:
    """List the builds, newest first, with their workers and the workflows that run on them."""
    out = Output(as_json)
    run_command(out, _show(connections_from(context), out, choice))


async def _show(connections: Connections, out: Output, choice: DeploymentChoice) -> ExitCode:
    async with connections.temporal() as client:
        deployments = Deployments(client)
        found = [await deployments.find(queue) for queue in choice.queues]
        reports = [
            await report_build(deployments, each.queue, build)
            for each in found
            if each is not None
            for build in each.builds
        ]
    for queue, each in zip(choice.queues, found, strict=True):
        if each is None or each.current is None:
            out.info(f"{queue.deployment} has no current build: workers without a BUILD_ID take new orders.")
    columns = (
        "Deployment",
        "Build",
        "Status",
        "Workers",
        "Running workflows",
        f"First seen ({local_zone()})",
    )
    if reports:
        out.print_table(columns, [build_cells(each) for each in reports], wrap="Build")
    out.print_json({"builds": [build_document(each) for each in reports]})
    return ExitCode.OK
