"""`/order amend`: the form, what is wrong with what was typed, and the way to the workflow."""

import asyncio
from datetime import UTC, datetime

import structlog
from slack_bolt.async_app import AsyncApp

from bot.dependencies import Body, Dependencies
from bot.ids import ButtonValue, CallbackId, FieldId
from bot.listeners.actors import ActorLookup
from bot.listeners.requests import Requests
from bot.listeners.view_submission import submitted
from bot.payloads.amendment_form import amendment
from bot.payloads.messages import SlashCommand
from bot.payloads.private_metadata import AmendForm, kept
from bot.payloads.view_submissions import AmendmentSubmission, FieldsWrong, parse_amendment
from bot.views.amend_form import amend_form
from bot.views.blocks.text import Message, person
from bot.views.sentences.decisions import not_reached
from bot.web_api.open_modal import open_modal
from bot.web_api.responses import Responses
from orchestration.domain.approval.questions import RequestKind
from orchestration.domain.errors import CountersignError, OrderNotFound
from orchestration.domain.order.amendment import AmendRequest
from orchestration.domain.order.view import OrderView

log = structlog.stdlib.get_logger(__name__)

TIME_LIMIT = 2.0
"""Seconds that the workflow has to say what the order is: both the trigger and the ack end after three."""


def register(app: AsyncApp, deps: Dependencies, actors: ActorLookup) -> None:
    """The submitted form; `/order` itself is with the other commands."""
    amending = AmendListener(deps, actors)
    app.view(CallbackId.AMEND.value)(submitted(amending.read, amending.amend, deps.in_flight))


class AmendListener:
    """The workflow judges; what is certain to be refused is said before."""

    def __init__(self, deps: Dependencies, actors: ActorLookup) -> None:
        self._deps = deps
        self._actors = actors
        self._answers = Responses(deps.slack)
        self._talking = Requests(deps)

    async def open(self, order_id: str, command: SlashCommand) -> Message | None:
        """Open the form; or say why not."""
        try:
            view = await self._status(order_id)
        except OrderNotFound as error:
            return Message(text=await self._talking.ended(order_id, error))
        except (CountersignError, TimeoutError) as error:
            log.warning("an order cannot be looked at", order_id=order_id, problem=str(error))
            return Message(text=not_reached(order_id))
        order = view.order
        if order is None or view.gate.tier is None or view.gate.outcome is not None:
            return Message(text=f"Order {order_id} does not wait for approval, so it cannot be changed.")
        if order.requester != command.user:
            whose = person(order.requester)
            return Message(text=f"Only whoever asked for order {order_id} may change it: {whose}.")
        form = AmendForm(
            order_id=order_id,
            revision=view.gate.revision,
            channel=command.channel,
            response_url=kept(command.response_url),
        )
        problem = await open_modal(
            self._deps.slack, command.trigger_id, amend_form(form, order), again="type it again"
        )
        return None if problem is None else Message(text=problem)

    async def read(self, body: Body) -> tuple[AmendmentSubmission, AmendRequest]:
        """Read what was typed, and check it against the order. Raises PayloadRefused and FieldsWrong."""
        filled = parse_amendment(body, self._deps.identity, datetime.now(UTC))
        order_id = filled.form.order_id
        try:
            view = await self._status(order_id)
        except OrderNotFound as error:
            sentence = await self._talking.ended(order_id, error)
        except (CountersignError, TimeoutError) as error:
            log.warning("an order cannot be looked at", order_id=order_id, problem=str(error))
            sentence = not_reached(order_id)
        else:
            if view.order is not None:
                return filled, amendment(filled, view.order, view.gate.revision)
            sentence = not_reached(order_id)
        # Said at a field, so that what was typed is not lost.
        raise FieldsWrong({FieldId.SHIP_TO: sentence})

    async def amend(self, wanted: tuple[AmendmentSubmission, AmendRequest]) -> None:
        """Hand an amendment to the workflow."""
        filled, request = wanted
        form = filled.form

        async def send() -> None:
            actor = await self._actors.asker(filled.user)
            await self._deps.orders.send_amendment(form.order_id, request.model_copy(update={"actor": actor}))

        said = await self._talking.carry_out(
            RequestKind.AMENDMENT,
            ButtonValue(order_id=form.order_id, revision=form.revision),
            request.amend_id,
            send,
        )
        await self._answers.tell(filled.user, form.channel, said, form.response_url)

    async def _status(self, order_id: str) -> OrderView:
        async with asyncio.timeout(TIME_LIMIT):
            return await self._deps.orders.status(order_id)
