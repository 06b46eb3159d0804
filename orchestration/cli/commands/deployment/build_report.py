"""A build with its workers and running workflows, as the `deployment` commands show it."""

import asyncio
from dataclasses import dataclass

from orchestration.cli.output.times import table_time, utc_time
from orchestration.worker.builds import Build, BuildStatus
from orchestration.worker.deployments import Deployments
from orchestration.worker.task_queues import Queue


@dataclass(frozen=True, slots=True)
class BuildReport:
    """One build, with the numbers of its workers and running workflows."""

    queue: Queue
    build: Build
    workers: int
    running: int

    @property
    def may_stop(self) -> bool:
        """Whether its workers can be stopped: it gets no new orders, and no workflow runs on it."""
        return self.build.status in {BuildStatus.DRAINED, BuildStatus.INACTIVE} and self.running == 0


async def report_build(deployments: Deployments, queue: Queue, build: Build) -> BuildReport:
    """Count the workers and the running workflows of a build."""
    workers, running = await asyncio.gather(
        deployments.count_workers(queue, build.build_id),
        deployments.count_running_workflows(queue, build.build_id),
    )
    return BuildReport(queue, build, workers, running)


def build_cells(report: BuildReport) -> tuple[str, ...]:
    """Return the cells of a build's row in a table."""
    ramp = f" {report.build.ramp:g} %" if report.build.status is BuildStatus.RAMPING else ""
    return (
        report.queue.deployment,
        report.build.build_id,
        f"{report.build.status}{ramp}",
        str(report.workers),
        str(report.running),
        table_time(report.build.created_at),
    )


def build_document(report: BuildReport) -> dict[str, object]:
    """Return a build for JSON."""
    return {
        "deployment": report.queue.deployment,
        "build_id": report.build.build_id,
        "status": report.build.status,
        "ramp": report.build.ramp,
        "workers": report.workers,
        "running": report.running,
        "created_at": utc_time(report.build.created_at),
    }
