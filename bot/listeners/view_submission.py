"""What every modal has in common: it is read, answered at its fields or closed, then carried out."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog
from slack_bolt.async_app import AsyncAck

from bot.dependencies import Body, InFlight, Listener
from bot.payloads.schemas import PayloadRefused
from bot.payloads.view_submissions import FieldsWrong
from bot.views.card_forms import sorry
from bot.views.sentences.decisions import ALTERED_FORM, SOMETHING_BROKE

log = structlog.stdlib.get_logger(__name__)

T = TypeVar("T")


def submitted(
    read: Callable[[Body], Awaitable[T]], work: Callable[[T], Awaitable[None]], in_flight: InFlight
) -> Listener:
    """Make a listener that acks with what `read` has to say, whatever happens, and then does the work.

    `read` has the three seconds that Slack waits for the ack.
    """

    async def listener(ack: AsyncAck, body: Body) -> None:
        with in_flight:
            try:
                wanted = await read(body)
            except FieldsWrong as wrong:
                errors = {field.value: sentence for field, sentence in wrong.sentences.items()}
                await ack(response_action="errors", errors=errors)
                return
            except PayloadRefused as refused:
                log.warning("refused a form", problem=str(refused))
                await ack(response_action="update", view=sorry(ALTERED_FORM))
                return
            except Exception:
                log.exception("a form could not be read")
                await ack(response_action="update", view=sorry(SOMETHING_BROKE))
                return
            await ack()
            try:
                await work(wanted)
            except Exception:
                # Raised to Bolt within its next look at the ack, it would take the ack back.
                log.exception("a listener failed")

    return listener
