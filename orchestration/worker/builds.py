"""The builds of a queue's workers, as Temporal's worker deployments describe them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from temporalio.api.enums.v1 import WorkerDeploymentVersionStatus
from temporalio.api.workflowservice.v1 import DescribeWorkerDeploymentResponse

from orchestration.domain.errors import CountersignError
from orchestration.worker.task_queues import Queue


class NoSuchBuild(CountersignError):
    """Temporal knows no such build of the workers, or none of its workers polls the task queue."""


class BuildStatus(StrEnum):
    """The status of a build in its worker deployment."""

    INACTIVE = "inactive"
    """Not promoted yet: it gets no workflows."""
    CURRENT = "current"
    RAMPING = "ramping"
    DRAINING = "draining"
    """It finishes its workflows and gets no new ones."""
    DRAINED = "drained"


_S = WorkerDeploymentVersionStatus
_STATUSES: dict[int, BuildStatus] = {
    _S.WORKER_DEPLOYMENT_VERSION_STATUS_CREATED: BuildStatus.INACTIVE,
    _S.WORKER_DEPLOYMENT_VERSION_STATUS_INACTIVE: BuildStatus.INACTIVE,
    _S.WORKER_DEPLOYMENT_VERSION_STATUS_CURRENT: BuildStatus.CURRENT,
    _S.WORKER_DEPLOYMENT_VERSION_STATUS_RAMPING: BuildStatus.RAMPING,
    _S.WORKER_DEPLOYMENT_VERSION_STATUS_DRAINING: BuildStatus.DRAINING,
    _S.WORKER_DEPLOYMENT_VERSION_STATUS_DRAINED: BuildStatus.DRAINED,
}


@dataclass(frozen=True, slots=True)
class Build:
    """One build of a deployment. `ramp` is the percentage of new workflows that a ramping build gets."""

    build_id: str
    status: BuildStatus
    created_at: datetime
    ramp: float = 0.0


@dataclass(frozen=True, slots=True)
class Deployment:
    """The builds of one queue's workers, newest first. `token` is Temporal's conflict token for changes."""

    queue: Queue
    builds: tuple[Build, ...]
    token: bytes

    @property
    def current(self) -> Build | None:
        """The build that gets new workflows; None: workers without a build id get them."""
        return next((each for each in self.builds if each.status is BuildStatus.CURRENT), None)

    def build(self, build_id: str) -> Build:
        """Return one build. Raises NoSuchBuild."""
        for each in self.builds:
            if each.build_id == build_id:
                return each
        known = ", ".join(each.build_id for each in self.builds)
        raise NoSuchBuild(f"{self.queue.deployment} has no build {build_id}; it has: {known}")


def to_deployment(queue: Queue, answer: DescribeWorkerDeploymentResponse) -> Deployment:
    """Convert the server\'s description."""
    info = answer.worker_deployment_info
    routing = info.routing_config
    builds = [
        Build(
            build_id=each.deployment_version.build_id,
            status=_STATUSES.get(each.status, BuildStatus.INACTIVE),
            created_at=each.create_time.ToDatetime(UTC),
            ramp=routing.ramping_version_percentage
            if each.deployment_version == routing.ramping_deployment_version
            else 0.0,
        )
        for each in info.version_summaries
    ]
    newest_first = tuple(sorted(builds, key=lambda each: each.created_at, reverse=True))
    return Deployment(queue, newest_first, answer.conflict_token)
