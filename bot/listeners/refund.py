"""Handles `/order refund`: starts the refund of a shipped order, or shows how far a refund is."""

import asyncio

import structlog
from pydantic import ValidationError

from bot.block_kit.text import Message
from bot.dependencies import Dependencies
from bot.payloads.slash_command import SlashCommand
from bot.users.user_info import UserLookup
from bot.views.refund import no_refund, no_refund_for, refund_message, stored_message, wrong_reason
from bot.views.sentences.decisions import error_sentence
from orchestration.domain.actor import Account
from orchestration.domain.errors import CountersignError, NoWorkerAnswered, OrderNotFound, OutcomeUnknown
from orchestration.domain.policy.approval_policy import Subject
from orchestration.domain.refund.refund import RefundRequest, RefundStatus, RefundView
from orchestration.wording.names import subject_name

log = structlog.stdlib.get_logger(__name__)

TIME_LIMIT = 2.5
"""Seconds to wait for the workflow to find out whether the order can be refunded."""
POLL_INTERVAL = 0.1
"""Seconds between two status queries meanwhile."""


class RefundListener:
    """Starts RefundWorkflow. The workflow decides who has to approve, and whether a refund is possible."""

    def __init__(self, deps: Dependencies, users: UserLookup) -> None:
        self._deps = deps
        self._users = users

    async def answer(self, order_id: str, reason: str, command: SlashCommand) -> Message:
        """Start a refund if a reason was typed, and return a message that shows the refund."""
        try:
            if reason:
                if (refusal := await self._refusal(order_id, command.user)) is not None:
                    return refusal
                await self._start(RefundRequest(order_id=order_id, requester=command.user, reason=reason))
            return refund_message(await self._status(order_id, wait=bool(reason)))
        except ValidationError:
            return wrong_reason()
        except OrderNotFound:
            return no_refund(order_id)
        except NoWorkerAnswered:
            return stored_message(order_id)
        except CountersignError as error:
            log.warning("refund not started: Temporal is unreachable", order_id=order_id, problem=str(error))
            return Message(text=error_sentence(error, subject_name(Subject.REFUND, order_id)))

    async def _refusal(self, order_id: str, user: str) -> Message | None:
        # A refund that needs no approval is judged by nobody else, so the account is checked here.
        account = (await self._users.user_info(user)).account
        if account in {Account.MEMBER, Account.GUEST}:
            return None
        log.warning("refund refused", order_id=order_id, actor=user, account=account)
        return no_refund_for(account)

    async def _start(self, request: RefundRequest) -> None:
        try:
            started = await self._deps.orders.start_refund(request)
        except OutcomeUnknown:
            # Starting it twice is harmless, since the workflow id is the same.
            started = await self._deps.orders.start_refund(request)
        log.info(
            "refund requested",
            order_id=request.order_id,
            actor=request.requester,
            already=started.already_started,
        )

    async def _status(self, order_id: str, *, wait: bool) -> RefundView:
        clock = asyncio.get_running_loop().time
        deadline = clock() + TIME_LIMIT
        while True:
            view = await self._deps.orders.refund_status(order_id)
            if view.status is not RefundStatus.REQUESTED or not wait or clock() >= deadline:
                return view
            await asyncio.sleep(POLL_INTERVAL)
