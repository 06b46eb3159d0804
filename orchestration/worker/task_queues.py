"""The task queues that orchestration serves, each with the worker deployment that its team rolls out."""

from enum import StrEnum

from orchestration.contracts import names


class Queue(StrEnum):
    """Which workers a process runs."""

    ORDER = "order"
    SHIPPING = "shipping"

    @property
    def task_queue(self) -> str:
        """Its name in Temporal."""
        return _TASK_QUEUES[self]

    @property
    def deployment(self) -> str:
        """Name of the worker deployment whose builds serve it. One for each, as each team deploys its own."""
        return f"countersign-{self}"


_TASK_QUEUES = {
    Queue.ORDER: names.ORDER_TASK_QUEUE,
    Queue.SHIPPING: names.SHIPPING_TASK_QUEUE,
}
