"""Runs one plan: start everything, apply it, end all faults, wait, reconcile, and check the evidence."""

import asyncio
import shutil
import tempfile
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from localdev.slack.client import WorkspaceClient
from tests.chaos.checker.cards import duplicate_messages
from tests.chaos.checker.checks import judge
from tests.chaos.checker.evidence import Evidence, Violation
from tests.chaos.checker.read import read
from tests.chaos.journal import Journal
from tests.chaos.plan.model import Plan
from tests.chaos.system.cluster import Cluster
from tests.chaos.system.faults import Faults
from tests.chaos.system.settle import wait_until_settled
from tests.chaos.users.channel_reader import ChannelReader
from tests.chaos.users.operators import Operators
from tests.chaos.users.slack_users import SlackUsers

SETTLE_LIMIT = 240.0
"""Seconds after all faults are over. The longest pause between two tries of anything is 60."""
_PATIENCE = 20.0
"""Seconds that people go on after the last fault, before they leave undone what they have not done."""
_LEFT_ALONE = 16.0
_CHECK_AGAIN = 5.0
_CHECKS = 4
"""Projections may lag for a moment: what is wrong in the last of so many looks is wrong."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a run showed. `mended`: what the reconciler said."""

    plan: Plan
    folder: Path
    evidence: Evidence
    violations: tuple[Violation, ...]
    doubled_before: int
    mended: str
    seconds: float


async def run(
    plan: Plan, extra: Mapping[str, Mapping[str, str]] | None = None, *, keep: bool = False
) -> Result:
    """Run a plan. The folder with logs and journal is kept if a promise was broken (or with `keep`)."""
    folder = _make_folder(plan)
    journal = Journal(folder / "journal.jsonl")
    began = time.monotonic()
    try:
        async with Cluster(folder, journal, extra) as cluster:
            evidence, violations, before, mended = await _fire(plan, cluster, journal)
    finally:
        journal.close()
    seconds = time.monotonic() - began
    if not violations and not keep:
        shutil.rmtree(folder)
    return Result(plan, folder, evidence, tuple(violations), before, mended, seconds)


def _make_folder(plan: Plan) -> Path:
    folder = Path(tempfile.mkdtemp(prefix=f"countersign-chaos-{plan.seed}-"))
    folder.chmod(0o755)  # PostgreSQL runs as another user.
    (folder / "logs").mkdir()
    plan.save(folder / "plan.json")
    return folder


async def _fire(plan: Plan, cluster: Cluster, journal: Journal) -> tuple[Evidence, list[Violation], int, str]:
    client = await Client.connect(cluster.temporal_address)
    async with WorkspaceClient(cluster.slack_url) as workspace:
        operators = Operators(await _typed(cluster), cluster.settings, cluster.folder, journal)
        faults = Faults(cluster, workspace, journal)
        async with ChannelReader(cluster.slack_url, journal) as board:
            people = SlackUsers(client, workspace, board, operators, journal)
            async with asyncio.TaskGroup() as group:
                group.create_task(people.live(plan, plan.seconds + _PATIENCE))
                await faults.strike(plan)
                await faults.heal()
            await people.start_rest(plan)
            left = await wait_until_settled(client, plan, SETTLE_LIMIT)
        for workflow_id, why in left.items():
            journal.write("unsettled", workflow=workflow_id, why=why)

        async def look() -> Evidence:
            planned = [asdict(each) for each in plan.orders]
            return await read(
                planned=planned,
                journal=journal.lines,
                ledger=cluster.ledger,
                database_url=cluster.database_url,
                client=client,
                slack_url=cluster.slack_url,
            )

        found = await look()
        before = sum(times - 1 for times in duplicate_messages(found).values())
        if judge(found):
            # The reconciler leaves alone what has changed in the last 15 s.
            await asyncio.sleep(_LEFT_ALONE)
        code, answer = await operators.run("reconcile", "--fix")
        mended = f"exit code {code}: {answer}"
        violations: list[Violation] = []
        for attempt in range(_CHECKS):
            if attempt:
                await asyncio.sleep(_CHECK_AGAIN)
            evidence = await look()
            violations = judge(evidence)
            if not violations:
                break
    for violation in violations:
        journal.write("violation", **asdict(violation))
    return evidence, violations, before, mended


async def _typed(cluster: Cluster) -> Client:
    """A client as the product's own programs have it."""
    return await Client.connect(cluster.temporal_address, data_converter=pydantic_data_converter)
