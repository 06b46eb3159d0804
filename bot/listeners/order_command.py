"""Handles the slash command `/order`, and the button that shows the next page of a list."""

from typing import assert_never

from slack_bolt.async_app import AsyncApp

from bot.block_kit.text import Message
from bot.commands.delegate_command import Delegate, DelegateOff, InvalidDelegate, ShowDelegations
from bot.commands.order_command import (
    Amend,
    Help,
    List,
    MissingOrderId,
    OrderCommand,
    Refund,
    Status,
    UnknownCommand,
    UnknownList,
    parse_order_command,
)
from bot.dependencies import Dependencies
from bot.ids import COMMAND, ActionId
from bot.listeners.acknowledge import Body, acknowledge_first
from bot.listeners.amend import AmendListener
from bot.listeners.delegate import DelegateListener
from bot.listeners.order_list import OrderListListener
from bot.listeners.order_status import OrderStatusListener
from bot.listeners.refund import RefundListener
from bot.listeners.refusals import refuse
from bot.payloads.block_actions.list_page_click import parse_list_page_click
from bot.payloads.schemas import PayloadRefused
from bot.payloads.slash_command import SlashCommand, parse_slash_command
from bot.users.actors import ActorLookup
from bot.users.user_info import UserLookup
from bot.views.help import help_message, not_understood
from bot.views.sentences.decisions import ALTERED_BUTTON, ODD_COMMAND, SOMETHING_BROKE
from bot.web_api.ephemeral_messages import EphemeralMessages


def register(app: AsyncApp, deps: Dependencies, users: UserLookup, actors: ActorLookup) -> None:
    """Register the listeners of the command and of the button."""
    listener = OrderCommandListener(deps, users, actors)
    app.command(COMMAND)(acknowledge_first(listener.on_command, deps.in_flight))
    app.action(ActionId.LIST_MORE.value)(acknowledge_first(listener.on_next_page, deps.in_flight))


class OrderCommandListener:
    """Parses the command and answers it, visible to the user who typed it only."""

    def __init__(self, deps: Dependencies, users: UserLookup, actors: ActorLookup) -> None:
        self._identity = deps.identity
        self._ephemeral = EphemeralMessages(deps.slack)
        self._status = OrderStatusListener(deps)
        self._list = OrderListListener(deps)
        self._delegate = DelegateListener(deps, users)
        self._amend = AmendListener(deps, actors)
        self._refund = RefundListener(deps, users)

    async def on_command(self, body: Body) -> None:
        """Answer a slash command."""
        try:
            command = parse_slash_command(body, self._identity)
        except PayloadRefused as refused:
            await refuse(self._ephemeral, body, refused, ODD_COMMAND)
            return
        try:
            message = await self._answer(parse_order_command(command.text), command)
        except Exception:
            await self._ephemeral.respond(command.response_url, Message(text=SOMETHING_BROKE))
            raise
        if message is not None:
            await self._ephemeral.respond(command.response_url, message)

    async def on_next_page(self, body: Body) -> None:
        """Replace a list's message by its next page."""
        try:
            click = parse_list_page_click(body, self._identity)
        except PayloadRefused as refused:
            await refuse(self._ephemeral, body, refused, ALTERED_BUTTON)
            return
        message = await self._list.answer(click.value.which, click.value.cursor)
        await self._ephemeral.respond(click.response_url, message, replace=True)

    async def _answer(self, parsed: OrderCommand, command: SlashCommand) -> Message | None:
        match parsed:
            case Help():
                return help_message()
            case Status(order_id):
                return await self._status.answer(order_id)
            case List(which):
                return await self._list.answer(which)
            case ShowDelegations() | Delegate() | DelegateOff() | InvalidDelegate():
                return await self._delegate.answer(parsed, command.user)
            case Amend(order_id):
                return await self._amend.open(order_id, command)
            case Refund(order_id, reason):
                return await self._refund.answer(order_id, reason, command)
            case UnknownCommand() | MissingOrderId() | UnknownList():
                return not_understood(parsed)
            case _:
                assert_never(parsed)
