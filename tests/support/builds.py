"""Waits until Temporal knows a build of the workers, and promotes one."""

import asyncio

from temporalio.service import RPCError, RPCStatusCode

from orchestration.worker.deployments import Deployments
from orchestration.worker.task_queues import Queue


async def until_known(deployments: Deployments, queue: Queue, build_id: str) -> None:
    """Wait until Temporal knows the build and a worker of it, which the first poll registers."""
    async with asyncio.timeout(30):
        while not await _knows(deployments, queue, build_id):
            await asyncio.sleep(0.05)


async def promote(deployments: Deployments, queue: Queue, build_id: str) -> None:
    """Promote the build. Temporal refuses as long as only some of its pollers have registered."""
    await until_known(deployments, queue, build_id)
    async with asyncio.timeout(30):
        while True:
            try:
                await deployments.promote(queue, build_id)
            except RPCError as error:
                if error.status is not RPCStatusCode.FAILED_PRECONDITION:
                    raise
                await asyncio.sleep(0.05)
            else:
                return


async def _knows(deployments: Deployments, queue: Queue, build_id: str) -> bool:
    found = await deployments.find(queue)
    if found is None or build_id not in {each.build_id for each in found.builds}:
        return False
    return await deployments.count_workers(queue, build_id) > 0
