"""Handles clicks on the Approve and Cancel buttons of cards."""

from slack_bolt.async_app import AsyncApp

from bot.delivery.decisions import DecisionDelivery
from bot.delivery.forged_decisions import ForgedDecisionAudit
from bot.dependencies import Dependencies
from bot.ids import ActionId
from bot.listeners.acknowledge import Body, acknowledge_first
from bot.listeners.refusals import refuse, show_refusal
from bot.payloads.block_actions.decision_click import parse_decision_click
from bot.payloads.decision import ForgedDecision
from bot.payloads.schemas import PayloadRefused
from bot.views.sentences.decisions import ALTERED_BUTTON
from bot.web_api.ephemeral_messages import EphemeralMessages


def register(app: AsyncApp, deps: Dependencies, delivery: DecisionDelivery) -> None:
    """Register the listener of both buttons."""
    listener = DecisionListener(deps, delivery)
    for action in (ActionId.APPROVE, ActionId.CANCEL):
        app.action(action.value)(acknowledge_first(listener.on_click, deps.in_flight))


class DecisionListener:
    """Reads a click and has the decision delivered."""

    def __init__(self, deps: Dependencies, delivery: DecisionDelivery) -> None:
        self._deps = deps
        self._delivery = delivery
        self._ephemeral = EphemeralMessages(deps.slack)
        self._forgeries = ForgedDecisionAudit(deps)

    async def on_click(self, body: Body) -> None:
        """Deliver the decision, or tell the user that the button was refused."""
        try:
            decision = parse_decision_click(body, self._deps.identity)
        except ForgedDecision as forged:
            await self._forgeries.record(forged)
            await show_refusal(self._ephemeral, body, ALTERED_BUTTON)
        except PayloadRefused as refused:
            await refuse(self._ephemeral, body, refused, ALTERED_BUTTON)
        else:
            await self._delivery.deliver(decision)
