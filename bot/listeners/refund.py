"""`/order refund`: ask for the money of a shipped order back, or see how that stands."""

import asyncio

import structlog
from pydantic import ValidationError

from bot.dependencies import Dependencies
from bot.payloads.messages import SlashCommand
from bot.views.blocks.text import Message
from bot.views.refund import no_refund, no_refund_for, refund_message, stored_message, wrong_reason
from bot.views.sentences.decisions import error_sentence, named
from bot.web_api.users import UserLookup
from orchestration.domain.actor import Account
from orchestration.domain.errors import CountersignError, NoWorkerAnswered, OrderNotFound, OutcomeUnknown
from orchestration.domain.policy.approval_policy import Subject
from orchestration.domain.refund.refund import RefundRequest, RefundStatus, RefundView

log = structlog.stdlib.get_logger(__name__)

PATIENCE = 2.5
"""Seconds to wait until it is known whether the order can be refunded at all."""
POLL = 0.1


class RefundListener:
    """Starts RefundWorkflow; who has to agree, and whether it can be, the workflow finds out."""

    def __init__(self, deps: Dependencies, people: UserLookup) -> None:
        self._deps = deps
        self._people = people

    async def answer(self, order_id: str, reason: str, command: SlashCommand) -> Message:
        """Ask for it, if there is a reason, and say how it stands."""
        try:
            if reason:
                if (refused := await self._refusal(order_id, command.user)) is not None:
                    return refused
                await self._start(RefundRequest(order_id=order_id, requester=command.user, reason=reason))
            return refund_message(await self._look(order_id, wait=bool(reason)))
        except ValidationError:
            return wrong_reason()
        except OrderNotFound:
            return no_refund(order_id)
        except NoWorkerAnswered:
            return stored_message(order_id)
        except CountersignError as error:
            log.warning("a refund was not taken", order_id=order_id, problem=str(error))
            return Message(text=error_sentence(error, named(Subject.REFUND, order_id)))

    async def _refusal(self, order_id: str, user: str) -> Message | None:
        # A refund that nobody has to agree to is started by whoever asks, so what they are is looked at here.
        account = (await self._people.person(user)).account
        if account in {Account.MEMBER, Account.GUEST}:
            return None
        log.warning("refused to start a refund", order_id=order_id, actor=user, account=account)
        return no_refund_for(account)

    async def _start(self, request: RefundRequest) -> None:
        try:
            started = await self._deps.orders.start_refund(request)
        except OutcomeUnknown:
            # Money goes back once, whichever of the two is the one.
            started = await self._deps.orders.start_refund(request)
        log.info(
            "a refund", order_id=request.order_id, actor=request.requester, already=started.already_started
        )

    async def _look(self, order_id: str, *, wait: bool) -> RefundView:
        clock = asyncio.get_running_loop().time
        give_up = clock() + PATIENCE
        while True:
            view = await self._deps.orders.refund_status(order_id)
            if view.status is not RefundStatus.REQUESTED or not wait or clock() >= give_up:
                return view
            await asyncio.sleep(POLL)
