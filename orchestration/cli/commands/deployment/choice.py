"""The arguments that the `deployment` commands take: a build id, and the deployments it concerns."""

from enum import StrEnum
from typing import Annotated

import typer

from orchestration.worker.task_queues import Queue


class DeploymentChoice(StrEnum):
    """The deployments that a command acts on."""

    ORDER = "order"
    SHIPPING = "shipping"
    ALL = "all"

    @property
    def queues(self) -> tuple[Queue, ...]:
        """Return the task queues. Shipping is first, since a promoted order build may start it at once."""
        every = (Queue.SHIPPING, Queue.ORDER)
        return every if self is DeploymentChoice.ALL else (Queue(self.value),)


BuildIdArgument = Annotated[
    str, typer.Argument(metavar="BUILD_ID", help="The BUILD_ID that its workers run with.")
]
DeploymentOption = Annotated[DeploymentChoice, typer.Option("--deployment", help="The deployment to act on.")]
