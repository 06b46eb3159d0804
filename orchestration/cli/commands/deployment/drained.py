"""The command `deployment drained`: check whether the workers of a build can be stopped."""

import typer

from orchestration.cli.commands.deployment.build_report import build_document, report_build
from orchestration.cli.commands.deployment.choice import BuildIdArgument, DeploymentChoice, DeploymentOption
from orchestration.cli.connections import Connections, connections_from
from orchestration.cli.exit_codes import ExitCode
from orchestration.cli.output.console import JsonOption, Output
from orchestration.cli.run import run_command
from orchestration.worker.deployments import Deployments


def drained(
    context: typer.Context,
    build_id: BuildIdArgument,
    *,
    choice: DeploymentOption = DeploymentChoice.ALL,
    as_json: JsonOption = False,
) -> None:
    """Say whether the workers of a build may be stopped: exit code 0 if they may, 8 if not yet.

    Temporal checks every few minutes whether a build has drained.
    """
    out = Output(as_json)
    run_command(out, _drained(connections_from(context), out, choice, build_id))


async def _drained(
    connections: Connections, out: Output, choice: DeploymentChoice, build_id: str
) -> ExitCode:
    async with connections.temporal() as client:
        deployments = Deployments(client)
        reports = [
            await report_build(deployments, queue, (await deployments.get(queue)).build(build_id))
            for queue in choice.queues
        ]
    for each in reports:
        answer = "its workers may be stopped" if each.may_stop else "not yet"
        out.print(
            f"{each.queue.deployment}: build {build_id} is {each.build.status}; workflows running on it: "
            f"{each.running}; {answer}.",
            "green" if each.may_stop else "yellow",
        )
    done = all(each.may_stop for each in reports)
    out.print_json(
        {"build_id": build_id, "drained": done, "builds": [build_document(each) for each in reports]}
    )
    return ExitCode.OK if done else ExitCode.FAULTS
