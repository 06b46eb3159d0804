"""How Slack messages write the variable parts of the sentences in `orchestration.wording`."""

from bot.block_kit.text import escape, person, slack_date
from orchestration.domain.approval.verdict import Outcome
from orchestration.wording.outcomes import outcome_phrase
from orchestration.wording.style import capitalized


class SlackStyle:
    """Writes mrkdwn: people are mentioned, times are in each reader's time zone, typed text is escaped."""

    decision = "click"
    last_seen = "this card was drawn"
    opened_for_change = "you opened the form"

    def person(self, actor_id: str) -> str:
        """Mention a Slack user; write any other actor's id."""
        return person(actor_id)

    def text(self, text: str, limit: int) -> str:
        """Escape text that somebody has typed, and cut it to `limit` characters."""
        return escape(text, limit)

    def outcome(self, outcome: Outcome) -> str:
        """Write how an approval ended, by whom and when: "Approved by @ana · today at 10:30"."""
        return f"{capitalized(outcome_phrase(outcome, self))} · {slack_date(outcome.at)}"


SLACK_STYLE = SlackStyle()
