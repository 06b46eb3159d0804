"""The users of a run: they start orders, click and type, more than once, and everything is recorded."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import aiohttp
from temporalio.client import Client
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError

from localdev.slack.client import ControlError, WorkspaceClient
from tests.chaos.journal import Journal
from tests.chaos.plan.model import APPROVALS, Do, Plan, PlannedOrder, Step
from tests.chaos.users.channel_reader import ChannelReader, value_of
from tests.chaos.users.modals import Modals
from tests.chaos.users.operators import Operators

_TRY_AGAIN = 0.5
_TRY_LIMIT = 5.0
_CLICKS = 4
"""How often somebody clicks whose click Slack shows as failed."""
_BUTTON = {
    Do.APPROVE: "order_approve",
    Do.CANCEL: "order_cancel",
    Do.FORGE: "order_approve",
    Do.APPROVE_REFUND: "order_approve",
}


class SlackUsers:
    """Carries out what the plan says of every order."""

    def __init__(
        self,
        client: Client,
        workspace: WorkspaceClient,
        board: ChannelReader,
        operators: Operators,
        journal: Journal,
    ) -> None:
        self._client = client
        self._workspace = workspace
        self._board = board
        self._operators = operators
        self._journal = journal
        self._do: dict[Do, Callable[[PlannedOrder, Step], Awaitable[None]]] = {
            Do.APPROVE: self._click,
            Do.CANCEL: self._click,
            Do.FORGE: self._click,
            Do.APPROVE_REFUND: self._click,
            Do.NOTE: Modals(workspace, board, journal).approve,
            Do.STATUS: self._type,
            Do.REFUND: self._type,
            Do.OPERATOR_APPROVE: operators.decide,
            Do.OPERATOR_CANCEL: operators.decide,
            Do.CLI_APPROVE: operators.decide_in_a_terminal,
            Do.AMEND: operators.amend,
            Do.WAIT_END: self._wait_end,
        }

    async def live(self, plan: Plan, time_limit: float) -> None:
        """Do all of it; what is not done after `time_limit` seconds is left undone, and noted."""
        lives = {
            asyncio.create_task(self._life(order, time.monotonic()), name=order.order_id)
            for order in plan.orders
        }
        done, left = await asyncio.wait(lives, timeout=time_limit)
        for life in left:
            self._journal.write("left undone", order=life.get_name())
            life.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        for life in done:
            life.result()

    async def start_rest(self, plan: Plan) -> None:
        """Start the orders whose start was never accepted, so that none is left in between."""
        started = {line["order"] for line in self._journal.all("started")}
        for planned in plan.orders:
            if planned.order_id not in started:
                await self._start(planned)

    async def _life(self, planned: PlannedOrder, began: float) -> None:
        await asyncio.sleep(began + planned.start_at - time.monotonic())
        await self._start(planned)
        for step in planned.steps:
            if step.do in {Do.APPROVE, Do.CANCEL, Do.FORGE, Do.AMEND}:
                await self._board.card(f"{planned.order_id}:card")
            await asyncio.sleep(step.after)
            await self._do[step.do](planned, step)

    async def _start(self, planned: PlannedOrder) -> None:
        """Start it as any program would, until Temporal says that it has it."""
        while True:
            try:
                async with asyncio.timeout(_TRY_LIMIT):
                    await self._client.start_workflow(
                        "OrderWorkflow",
                        planned.order,
                        id=f"order-{planned.order_id}",
                        task_queue="order-tq",
                        id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                    )
            except WorkflowAlreadyStartedError:
                break
            except (RPCError, TimeoutError):
                await asyncio.sleep(_TRY_AGAIN)
            else:
                break
        self._journal.write("started", order=planned.order_id, kind=planned.kind)

    async def _click(self, planned: PlannedOrder, step: Step) -> None:
        about_refund = step.do is Do.APPROVE_REFUND
        pattern = f"{planned.order_id}:card-.*" if about_refund else f"{planned.order_id}:card"
        card = await self._board.card(pattern)
        forged = step.do is Do.FORGE
        fields = {"order": planned.order_id, "subject": "refund" if about_refund else "order"}
        fields |= {"user": step.by, "action": _BUTTON[step.do], "do": step.do.value}
        for _ in range(_CLICKS):
            began = time.time()
            acked, error = False, None
            try:
                result = await self._workspace.click(
                    step.by,
                    APPROVALS,
                    str(card["ts"]),
                    _BUTTON[step.do],
                    value=value_of(card) if forged else None,
                    forge=forged,
                    copies=step.copies,
                )
                acked, error = result.acked, result.error
            except ControlError as refused:
                error = "no such button" if refused.status == 404 else str(refused)
            except (aiohttp.ClientError, TimeoutError, ValueError) as gone:
                error = f"{type(gone).__name__}"
            outcome = {"acked": acked, "error": error, "copies": step.copies, "began": began}
            self._journal.write("click", **fields, **outcome)
            if error in {None, "no such button"}:
                return
            await asyncio.sleep(_TRY_AGAIN)

    async def _type(self, planned: PlannedOrder, step: Step) -> None:
        what = {Do.STATUS: f"/order status {planned.order_id}"}
        text = what.get(step.do, f"/order refund {planned.order_id} it arrived broken")
        acked, error = False, None
        try:
            result = await self._workspace.command(step.by, APPROVALS, text)
            acked, error = result.acked, result.error
        except (aiohttp.ClientError, ControlError, TimeoutError, ValueError) as gone:
            error = f"{type(gone).__name__}"
        self._journal.write("typed", user=step.by, text=text, acked=acked, error=error)

    async def _wait_end(self, planned: PlannedOrder, step: Step) -> None:
        card = await self._board.card(f"{planned.order_id}:card")
        await self._board.closed(str(card["ts"]))
