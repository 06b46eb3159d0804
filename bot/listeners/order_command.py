"""`/order` and the button that turns a list's page."""

import asyncio
from typing import assert_never

import structlog
from slack_bolt.async_app import AsyncApp

from bot.dependencies import Body, Dependencies, acked
from bot.ids import COMMAND, ActionId, ListWhich
from bot.listeners.actors import ActorLookup
from bot.listeners.amend import AmendListener
from bot.listeners.delegate import DelegateListener
from bot.listeners.refund import RefundListener
from bot.payloads.delegate_command import Delegate, DelegateOff, InvalidDelegate, ShowDelegations
from bot.payloads.messages import (
    PayloadRefused,
    SlashCommand,
    parse_command,
    parse_next_page,
    where_to_answer,
)
from bot.payloads.order_command import (
    Amend,
    AmendWithoutOrder,
    Help,
    List,
    OrderCommand,
    Refund,
    RefundWithoutOrder,
    Status,
    StatusWithoutOrder,
    UnknownCommand,
    UnknownList,
    parse_order_command,
)
from bot.views.blocks.text import Message
from bot.views.help import help_message, not_understood
from bot.views.order_list import PAGE_SIZE, order_list
from bot.views.order_status import status, stored_status
from bot.views.sentences.decisions import (
    ALTERED_BUTTON,
    DATABASE_AWAY,
    ODD_COMMAND,
    SOMETHING_BROKE,
    error_sentence,
    named,
)
from bot.web_api.responses import Responses
from bot.web_api.users import UserLookup
from orchestration.client.execution import Execution
from orchestration.domain.errors import (
    CountersignError,
    NoWorkerAnswered,
    OrderNotFound,
    OutcomeUnknown,
    TemporalUnavailable,
)
from orchestration.domain.order.status import OrderStatus
from orchestration.domain.order.view import OrderView
from orchestration.domain.policy.approval_policy import Subject
from orchestration.domain.refund.refund import RefundView

log = structlog.stdlib.get_logger(__name__)

_STATUSES: dict[ListWhich, tuple[OrderStatus, ...] | None] = {
    ListWhich.PENDING: (OrderStatus.PENDING_MANUAL_APPROVAL,),
    ListWhich.ALL: None,
}


def register(app: AsyncApp, deps: Dependencies, people: UserLookup, actors: ActorLookup) -> None:
    """Every word behind `/order`."""
    questions = OrderCommandListener(deps, people, actors)
    app.command(COMMAND)(acked(questions.typed, deps.in_flight))
    app.action(ActionId.LIST_MORE.value)(acked(questions.next_page, deps.in_flight))


class OrderCommandListener:
    """Answers what is asked, to the one who asked only."""

    def __init__(self, deps: Dependencies, people: UserLookup, actors: ActorLookup) -> None:
        self._deps = deps
        self._answers = Responses(deps.slack)
        self._delegating = DelegateListener(deps, people)
        self._amending = AmendListener(deps, actors)
        self._refunding = RefundListener(deps, people)

    async def typed(self, body: Body) -> None:
        """Answer a slash command."""
        try:
            command = parse_command(body, self._deps.identity)
        except PayloadRefused as refused:
            await self._refuse(body, refused, ODD_COMMAND)
            return
        asked = parse_order_command(command.text)
        try:
            message = await self._answer(asked, command)
        except Exception:
            await self._answers.respond(command.response_url, Message(text=SOMETHING_BROKE))
            raise
        if message is not None:
            await self._answers.respond(command.response_url, message)

    async def next_page(self, body: Body) -> None:
        """Turn the page of a list in place."""
        try:
            click = parse_next_page(body, self._deps.identity)
        except PayloadRefused as refused:
            await self._refuse(body, refused, ALTERED_BUTTON)
            return
        message = await self._list(click.value.which, click.value.cursor)
        await self._answers.respond(click.response_url, message, replace=True)

    async def _refuse(self, body: Body, refused: PayloadRefused, sentence: str) -> None:
        log.warning("refused a payload", problem=str(refused))
        if url := where_to_answer(body):
            await self._answers.respond(url, Message(text=sentence))

    async def _answer(self, asked: OrderCommand, command: SlashCommand) -> Message | None:
        match asked:
            case Help():
                return help_message()
            case Status(order_id):
                return await self._status(order_id)
            case List(which):
                return await self._list(which, None)
            case ShowDelegations() | Delegate() | DelegateOff() | InvalidDelegate():
                return await self._delegating.answer(asked, command.user)
            case Amend(order_id):
                return await self._amending.open(order_id, command)
            case Refund(order_id, reason):
                return await self._refunding.answer(order_id, reason, command)
            case (
                UnknownCommand()
                | StatusWithoutOrder()
                | UnknownList()
                | AmendWithoutOrder()
                | RefundWithoutOrder()
            ):
                return not_understood(asked)
            case _:
                assert_never(asked)

    async def _status(self, order_id: str) -> Message:
        execution = asyncio.create_task(self._execution(order_id))
        try:
            view = await self._deps.orders.status(order_id)
            return status(view, await execution, await self._refund_of(view), await self._queued(view))
        except NoWorkerAnswered:
            return await self._stored(order_id, await execution, "no worker answers")
        except (TemporalUnavailable, OutcomeUnknown):
            return await self._stored(order_id, await execution, "Temporal cannot be reached")
        except OrderNotFound:
            return await self._stored(order_id, None, "Temporal no longer has its workflow")
        finally:
            execution.cancel()

    async def _refund_of(self, view: OrderView) -> RefundView | None:
        if view.status is not OrderStatus.SHIPPED:
            return None
        try:
            return await self._deps.orders.refund_status(view.order_id)
        except CountersignError:
            return None

    async def _queued(self, view: OrderView) -> int | None:
        if not view.is_card_behind:
            return None
        try:
            return await self._deps.reader.queued(view.order_id)
        except Exception:
            # Whatever a database raises: the workflow has answered, and that is told.
            log.exception("the database did not answer")
            return None

    async def _execution(self, order_id: str) -> Execution | None:
        try:
            return await self._deps.orders.execution(order_id)
        except CountersignError:
            return None

    async def _stored(self, order_id: str, execution: Execution | None, why: str) -> Message:
        try:
            row = await self._deps.reader.get(order_id)
        except Exception:
            # Whatever a database raises: the one who asked is told.
            log.exception("the database did not answer")
            return Message(text=DATABASE_AWAY)
        if row is not None:
            return stored_status(row, execution, why)
        if execution is not None:
            return Message(text=f"Order {order_id} has been started, and nothing more is known: {why}.")
        return Message(text=error_sentence(OrderNotFound(), named(Subject.ORDER, order_id)))

    async def _list(self, which: ListWhich, cursor: str | None) -> Message:
        try:
            page = await self._deps.reader.page(_STATUSES[which], cursor=cursor, limit=PAGE_SIZE)
        except ValueError:
            return Message(text=ALTERED_BUTTON)
        except Exception:
            # Whatever a database raises: the one who asked is told.
            log.exception("the database did not answer")
            return Message(text=DATABASE_AWAY)
        return order_list(page, which)
