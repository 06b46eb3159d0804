"""How a medium, Slack or the terminal, writes the variable parts of a sentence."""

from typing import Protocol

from orchestration.domain.approval.verdict import Outcome


class Style(Protocol):
    """Implemented once for Slack and once for the terminal."""

    @property
    def decision(self) -> str:
        """What people call a decision there: "click" or "decision"."""

    @property
    def last_seen(self) -> str:
        """When somebody last saw the order there, to follow "since": "this card was drawn"."""

    @property
    def opened_for_change(self) -> str:
        """When somebody began to change the order there, to follow "since": "you opened the form"."""

    def person(self, actor_id: str) -> str:
        """Write the id of a Slack user, a service or an operator."""

    def text(self, text: str, limit: int) -> str:
        """Write text that somebody else has typed, cut to `limit` characters."""

    def outcome(self, outcome: Outcome) -> str:
        """Write how an approval ended as a sentence of its own; built on `outcome_phrase`."""


def capitalized(sentence: str) -> str:
    """Return the sentence with its first letter in upper case."""
    return sentence[:1].upper() + sentence[1:]
