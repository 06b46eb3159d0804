"""Starts orders and refunds with the CLI, and waits for their status."""

import asyncio
import json
import re
from typing import Any

from orchestration.cli.exit_codes import ExitCode
from tests.integration.cli.conftest import Cli


async def start_order(cli: Cli, *arguments: str) -> str:
    """Start an order and return its id."""
    result = await cli("start-workflow", *arguments)
    assert result.exit_code == ExitCode.OK, result.output
    match = re.search(r"Started order (\S+):", result.stdout)
    assert match
    return match.group(1)


async def wait_for_status(cli: Cli, order_id: str, status: str) -> dict[str, Any]:
    """Query until the order has this status; it takes far less than the 15 s."""
    async with asyncio.timeout(15):
        while True:
            result = await cli("query", order_id, "--json")
            document: dict[str, Any] = json.loads(result.stdout)
            if document.get("status") == status:
                return document
            await asyncio.sleep(0.1)
