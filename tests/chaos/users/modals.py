"""Approves with a note, typed into the modal that the card's menu opens."""

import asyncio
from collections import defaultdict

import aiohttp

from localdev.slack.client import ControlError, WorkspaceClient
from tests.chaos.journal import Journal
from tests.chaos.plan.model import APPROVALS, PlannedOrder, Step
from tests.chaos.plan.orders import HOSTILE
from tests.chaos.users.channel_reader import ChannelReader

_FORM_LIMIT = 5.0
_FIELD = "order_text"


class Modals:
    """Fills in one modal at a time for each user, as on a screen."""

    def __init__(self, workspace: WorkspaceClient, board: ChannelReader, journal: Journal) -> None:
        self._workspace = workspace
        self._board = board
        self._journal = journal
        self._screens: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def approve(self, planned: PlannedOrder, step: Step) -> None:
        """Approve with a note that tries to be more than a note."""
        card = await self._board.card(f"{planned.order_id}:card")
        async with self._screens[step.by]:
            try:
                said = await self._fill_in(str(card["ts"]), planned.order_id, step.by)
            except (aiohttp.ClientError, ControlError, TimeoutError, ValueError) as error:
                said = f"{type(error).__name__} {error}"[:200]
        self._journal.write("form", order=planned.order_id, user=step.by, error=said)

    async def _fill_in(self, ts: str, order_id: str, user: str) -> str | None:
        clicked = await self._workspace.click(user, APPROVALS, ts, "order_more", value="approve")
        if not clicked.acked:
            return clicked.error
        view = await self._workspace.wait_for_view(user, kind="modal", contains=order_id, timeout=_FORM_LIMIT)
        state = {_FIELD: {_FIELD: HOSTILE.format(n="approved")}}
        submitted = await self._workspace.submit_view(user, str(view["id"]), state)
        if not submitted.closed:
            await self._workspace.close_view(user, str(view["id"]), clear=True)
        return submitted.error
