"""Handles `/order amend`: opens the modal, checks the submitted fields and delivers the amendment."""

import asyncio
from datetime import UTC, datetime

import structlog
from slack_bolt.async_app import AsyncApp

from bot.block_kit.text import Message, person
from bot.delivery.requests import RequestDelivery
from bot.dependencies import Dependencies
from bot.ids import ButtonValue, CallbackId, FieldId
from bot.listeners.acknowledge import Body, acknowledge_submission
from bot.payloads.slash_command import SlashCommand
from bot.payloads.view_submissions.amendment import AmendmentSubmission, parse_amendment_submission
from bot.payloads.view_submissions.amendment_changes import parse_amendment
from bot.payloads.view_submissions.private_metadata import AmendModalMetadata, storable_response_url
from bot.payloads.view_submissions.text_fields import FieldErrors
from bot.users.actors import ActorLookup
from bot.views.amend_modal import amend_modal
from bot.views.card_modals import failure_sentence
from bot.views.sentences.decisions import not_reached
from bot.web_api.ephemeral_messages import EphemeralMessages
from bot.web_api.open_modal import open_modal
from orchestration.domain.approval.questions import RequestKind
from orchestration.domain.errors import CountersignError, OrderNotFound
from orchestration.domain.order.amendment import AmendRequest
from orchestration.domain.order.view import OrderView

log = structlog.stdlib.get_logger(__name__)

TIME_LIMIT = 2.0
"""Seconds for the status query. The trigger id and the ack of the submission both last three seconds."""


def register(app: AsyncApp, deps: Dependencies, actors: ActorLookup) -> None:
    """Register the listener of the submitted modal. The command itself is registered by `order_command`."""
    listener = AmendListener(deps, actors)
    app.view(CallbackId.AMEND.value)(acknowledge_submission(listener.read, listener.amend, deps.in_flight))


class AmendListener:
    """Opens the modal and delivers what was submitted.

    The workflow judges every amendment. What it would certainly refuse is refused before the user types.
    """

    def __init__(self, deps: Dependencies, actors: ActorLookup) -> None:
        self._deps = deps
        self._actors = actors
        self._ephemeral = EphemeralMessages(deps.slack)
        self._delivery = RequestDelivery(deps)

    async def open(self, order_id: str, command: SlashCommand) -> Message | None:
        """Open the modal. Returns None, or a message that says why no modal was opened."""
        view = await self._status(order_id)
        if isinstance(view, str):
            return Message(text=view)
        order = view.order
        if order is None or view.gate.tier is None or view.gate.outcome is not None:
            return Message(text=f"Order {order_id} does not wait for approval, so it cannot be changed.")
        if order.requester != command.user:
            whose = person(order.requester)
            return Message(text=f"Only whoever asked for order {order_id} may change it: {whose}.")
        metadata = AmendModalMetadata(
            order_id=order_id,
            revision=view.gate.revision,
            channel=command.channel,
            response_url=storable_response_url(command.response_url),
        )
        failure = await open_modal(self._deps.slack, command.trigger_id, amend_modal(metadata, order))
        return None if failure is None else Message(text=failure_sentence(failure, "type it again"))

    async def read(self, body: Body) -> tuple[AmendmentSubmission, AmendRequest]:
        """Read the submitted modal and check it against the order. Raises PayloadRefused and FieldErrors."""
        submission = parse_amendment_submission(body, self._deps.identity, datetime.now(UTC))
        order_id = submission.metadata.order_id
        view = await self._status(order_id)
        if isinstance(view, str):
            sentence = view
        elif view.order is None:
            sentence = not_reached(order_id)
        else:
            return submission, parse_amendment(submission, view.order, view.gate.revision)
        # Shown at a field and not in place of the modal, so that what the user typed is not lost.
        raise FieldErrors({FieldId.SHIP_TO: sentence})

    async def amend(self, submitted: tuple[AmendmentSubmission, AmendRequest]) -> None:
        """Deliver an amendment and tell the user the result."""
        submission, request = submitted
        metadata = submission.metadata

        async def send() -> None:
            actor = await self._actors.requester(submission.user)
            await self._deps.orders.send_amendment(
                metadata.order_id, request.model_copy(update={"actor": actor})
            )

        result = await self._delivery.deliver(
            RequestKind.AMENDMENT,
            ButtonValue(order_id=metadata.order_id, revision=metadata.revision),
            request.amend_id,
            send,
        )
        await self._ephemeral.send_text(submission.user, metadata.channel, result, metadata.response_url)

    async def _status(self, order_id: str) -> OrderView | str:
        """Query the order. Returns a sentence for the user if that fails."""
        try:
            async with asyncio.timeout(TIME_LIMIT):
                return await self._deps.orders.status(order_id)
        except OrderNotFound as error:
            return await self._delivery.ended(order_id, error)
        except (CountersignError, TimeoutError) as error:
            log.warning("order status query failed", order_id=order_id, problem=str(error))
            return not_reached(order_id)
