"""Adds events to the audit log, verifies it, and exports its head."""

import json
from pathlib import Path

from db.audit import events
from db.audit.events import NewEvent
from db.pool import Pool, transaction
from orchestration.cli.exit_codes import ExitCode
from tests.integration.cli.conftest import Cli
from tests.integration.db.builders import NOON


async def append(pool: Pool, order_id: str, *keys: str, **detail: str) -> None:
    async with transaction(pool) as connection:
        new = [NewEvent(key, f"type.{key}", NOON, "slack_user:U1", detail) for key in keys]
        assert len(await events.append(connection, order_id, new)) == len(keys)


async def faults(cli: Cli, *arguments: str) -> list[tuple[str, str | None, int | None]]:
    """What verify names: kind, order, position. Exit code and words agree with that."""
    result = await cli("audit", "verify", "--json", *arguments)
    document = json.loads(result.stdout)
    assert result.exit_code == (ExitCode.OK if document["ok"] else ExitCode.FAULTS)
    assert document["fault_count"] == len(document["faults"])
    spoken = (await cli("audit", "verify", *arguments)).stdout.splitlines()
    assert len(spoken) == len(document["faults"]) + 1
    return [(each["kind"], each["order_id"], each["position"]) for each in document["faults"]]


async def head(cli: Cli, tmp_path: Path) -> tuple[str, str]:
    """The head of the log as it stands: the file with it, and as text."""
    file = tmp_path / "head.txt"
    result = await cli("audit", "export", "--since", "1h", "--head-file", str(file))
    assert result.exit_code == ExitCode.OK, result.output
    text = file.read_text().strip()
    assert text in result.stderr
    return str(file), text
