"""What is done at a terminal: decisions of operators, and amendments of requesters."""

import asyncio
import json
import sys
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path

from temporalio.client import Client
from temporalio.service import RPCError

from bench.harness.processes import environment
from orchestration.client.workflow_client import WorkflowClient
from orchestration.domain.actor import Actor, ActorKind, Surface
from orchestration.domain.approval.decision import DecisionKind, DecisionRequest
from orchestration.domain.errors import CountersignError
from orchestration.domain.order.amendment import AmendRequest
from orchestration.domain.order.order import OrderLine
from tests.chaos.journal import Journal
from tests.chaos.plan.model import BOB, Do, PlannedOrder, Step

OPERATOR = "ana"
_CHEAPER = OrderLine(sku="CHAIR-9", description="Office chair", quantity=1, unit_price=70_000)


class Operators:
    """Decides and amends, and records the answers."""

    def __init__(self, client: Client, settings: dict[str, str], folder: Path, journal: Journal) -> None:
        self._gateway = WorkflowClient(client)
        self._settings = settings
        self._folder = folder
        self._journal = journal

    async def decide(self, planned: PlannedOrder, step: Step) -> None:
        """Decide alone, through the gateway."""
        kind = DecisionKind.CANCEL if step.do is Do.OPERATOR_CANCEL else DecisionKind.APPROVE
        request = DecisionRequest(
            decision_id=f"cli-{uuid.uuid4().hex}",
            actor=Actor(kind=ActorKind.OPERATOR, id=OPERATOR),
            surface=Surface.CLI,
            decided_at=datetime.now(UTC),
        )
        told = None
        try:
            await self._gateway.send_decision(planned.order_id, kind, request)
            verdict = await self._gateway.verdict(planned.order_id, request.decision_id)
            told = verdict.kind.value if verdict else "stored"
        except (CountersignError, RPCError) as error:
            told = type(error).__name__
        self._journal.write(
            "operator",
            order=planned.order_id,
            action=kind.value,
            actor=OPERATOR,
            decision_id=request.decision_id,
            told=told,
        )

    async def amend(self, planned: PlannedOrder, step: Step) -> None:
        """Make it cheaper, as the requester."""
        request = AmendRequest(
            amend_id=f"amend-{uuid.uuid4().hex}",
            actor=Actor(kind=ActorKind.SLACK_USER, id=BOB),
            surface=Surface.CLI,
            amended_at=datetime.now(UTC),
            lines=(_CHEAPER,),
        )
        told = "sent"
        try:
            await self._gateway.send_amendment(planned.order_id, request)
        except (CountersignError, RPCError) as error:
            told = type(error).__name__
        self._journal.write("amended", order=planned.order_id, amend_id=request.amend_id, told=told)

    async def decide_in_a_terminal(self, planned: PlannedOrder, step: Step) -> None:
        """Approve with the command line."""
        began = time.time()
        code, answer = await self.run("signal", planned.order_id, "approve", "--json")
        self._journal.write("cli", order=planned.order_id, code=code, answer=answer, began=began)

    async def run(self, *arguments: str) -> tuple[int, object]:
        """Run `python -m orchestration.cli`; its exit code, and its output as JSON or text."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "orchestration.cli", *arguments),
            cwd=self._folder,
            env=environment(**self._settings),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            out, err = await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
        with (self._folder / "logs" / "cli.log").open("ab") as log:
            log.write(f"$ {' '.join(arguments)}\n".encode() + out + err)
        text = out.decode().strip()
        try:
            return process.returncode or 0, json.loads(text)
        except ValueError:
            return process.returncode or 0, text or err.decode().strip()[-500:]
