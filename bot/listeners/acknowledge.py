"""Makes Bolt listeners that always acknowledge a payload, and that a shutdown waits for.

Slack shows an error to the user unless the ack arrives within three seconds. An error raised by a listener
would keep Bolt from sending the ack, so errors are logged here and not raised.
"""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import structlog
from slack_bolt.async_app import AsyncAck

from bot.in_flight import InFlight
from bot.payloads.schemas import PayloadRefused
from bot.payloads.view_submissions.text_fields import FieldErrors
from bot.views.card_modals import error_modal
from bot.views.sentences.decisions import ALTERED_FORM, SOMETHING_BROKE

log = structlog.stdlib.get_logger(__name__)

T = TypeVar("T")
Body = dict[str, Any]  # a payload as Slack sends it, before validation
Listener = Callable[[AsyncAck, Body], Awaitable[None]]


def acknowledge_first(work: Callable[[Body], Awaitable[None]], in_flight: InFlight) -> Listener:
    """Return a listener that acknowledges the payload and then does the work."""

    async def listener(ack: AsyncAck, body: Body) -> None:
        with in_flight:
            await ack()
            await _run(work, body)

    return listener


def acknowledge_submission(
    read: Callable[[Body], Awaitable[T]], work: Callable[[T], Awaitable[None]], in_flight: InFlight
) -> Listener:
    """Return a listener that reads a submitted modal, acknowledges it and then does the work.

    The ack shows the errors of `read` at the modal's fields or in place of the modal. `read` has to finish
    within the three seconds for the ack.
    """

    async def listener(ack: AsyncAck, body: Body) -> None:
        with in_flight:
            try:
                submission = await read(body)
            except FieldErrors as wrong:
                errors = {field.value: sentence for field, sentence in wrong.sentences.items()}
                await ack(response_action="errors", errors=errors)
                return
            except PayloadRefused as refused:
                log.warning("view submission refused", problem=str(refused))
                await ack(response_action="update", view=error_modal(ALTERED_FORM))
                return
            except Exception:
                log.exception("view submission could not be read")
                await ack(response_action="update", view=error_modal(SOMETHING_BROKE))
                return
            await ack()
            await _run(work, submission)

    return listener


async def _run(work: Callable[[T], Awaitable[None]], argument: T) -> None:
    try:
        await work(argument)
    except Exception:
        # Bolt polls for the ack every 10 ms. An error raised before the next poll would replace the ack.
        log.exception("listener failed")
