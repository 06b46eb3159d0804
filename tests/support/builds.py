"""Builds of the workers in Temporal, as tests wait for them."""

import asyncio

from orchestration.worker.deployments import Deployments
from orchestration.worker.task_queues import Queue


async def until_known(deployments: Deployments, queue: Queue, build_id: str) -> None:
    """Wait until Temporal knows the build and a worker of it; the first poll tells it."""
    async with asyncio.timeout(30):
        while not await _knows(deployments, queue, build_id):
            await asyncio.sleep(0.05)


async def _knows(deployments: Deployments, queue: Queue, build_id: str) -> bool:
    found = await deployments.find(queue)
    if found is None or build_id not in {each.build_id for each in found.builds}:
        return False
    return await deployments.count_workers(queue, build_id) > 0
