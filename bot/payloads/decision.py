"""A decision that a user made in Slack, whether with a card's button or with a modal."""

from datetime import datetime

from bot.ids import ButtonValue
from bot.payloads.schemas import PayloadRefused, ResponseUrl, Schema, SlackId
from orchestration.domain.actor import Surface
from orchestration.domain.approval.decision import DecisionKind


class SlackDecision(Schema):
    """Approve or cancel, by one user, with what the bot needs to deliver it and to answer the user."""

    kind: DecisionKind
    value: ButtonValue
    user: SlackId
    channel: SlackId
    decision_id: str
    """Derived from the payload, so that a payload that Slack delivers twice is one decision."""
    decided_at: datetime
    response_url: ResponseUrl | None
    surface: Surface = Surface.BUTTON
    note: str | None = None
    override: bool = False


class ForgedDecision(PayloadRefused):
    """The payload is a well-formed decision, but Slack would not send it for one of this app's cards."""

    def __init__(self, why: str, decision: SlackDecision) -> None:
        super().__init__(why)
        self.decision = decision
