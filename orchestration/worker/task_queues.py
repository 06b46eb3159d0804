"""The task queues that the workers of orchestration poll, each with a worker deployment of its own."""

from enum import StrEnum

from orchestration.contracts import names


class Queue(StrEnum):
    """A task queue, by the short name that `--queues` takes."""

    ORDER = "order"
    SHIPPING = "shipping"

    @property
    def task_queue(self) -> str:
        """The name of the task queue in Temporal."""
        return _TASK_QUEUES[self]

    @property
    def deployment(self) -> str:
        """The name of the worker deployment that polls the queue. Each team deploys its own workers."""
        return f"countersign-{self}"


_TASK_QUEUES = {
    Queue.ORDER: names.ORDER_TASK_QUEUE,
    Queue.SHIPPING: names.SHIPPING_TASK_QUEUE,
}
