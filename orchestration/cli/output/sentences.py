"""The sentences of `orchestration.wording` as the terminal prints them, with a label in front."""

from orchestration.domain.approval.decision import DecisionKind
from orchestration.domain.approval.questions import RequestKind
from orchestration.domain.approval.verdict import Outcome, Verdict, VerdictKind
from orchestration.domain.policy.approval_policy import Subject
from orchestration.wording import requests, verdicts
from orchestration.wording.names import subject_name
from orchestration.wording.outcomes import outcome_phrase
from orchestration.wording.style import capitalized

_LABELS = {
    VerdictKind.RECORDED: "Recorded: ",
    VerdictKind.HELD: "Held: ",
}
_HINTS = {
    VerdictKind.OVERRIDE_OFF: " Use --as with an approver's id.",
    VerdictKind.REASON_NEEDED: " Add --reason.",
}


class TerminalStyle:
    """Writes plain text. `Output` sanitizes everything that is printed, so nothing is escaped here."""

    decision = "decision"
    last_seen = "you saw it"
    opened_for_change = "this command read it"

    def person(self, actor_id: str) -> str:
        """Write the id of a Slack user."""
        return f"Slack user {actor_id}"

    def text(self, text: str, limit: int) -> str:  # noqa: ARG002
        """Write text unchanged; a terminal needs no limit."""
        return text

    def outcome(self, outcome: Outcome) -> str:
        """Write how an approval ended as a sentence."""
        return f"Outcome: {outcome_text(outcome)}."


STYLE = TerminalStyle()


def outcome_text(outcome: Outcome) -> str:
    """Say how an approval ended, by whom, and with which note."""
    return outcome_phrase(outcome, STYLE) + (f" ({outcome.note})" if outcome.note else "")


def verdict_sentence(
    order_id: str, kind: DecisionKind, verdict: Verdict, subject: Subject = Subject.ORDER
) -> str:
    """Say what the workflow answered to a decision."""
    name = subject_name(subject, order_id)
    sentence = verdicts.verdict_sentence(verdict, kind, name, STYLE)
    if not verdict.kind.is_accepted:
        return f"Refused: {sentence}{_HINTS.get(verdict.kind, '')}"
    return capitalized(_LABELS.get(verdict.kind, "") + sentence)


def request_sentence(
    order_id: str, kind: RequestKind, verdict: Verdict, subject: Subject = Subject.ORDER
) -> str:
    """Say what the workflow answered to a question, an answer or an amendment."""
    sentence = requests.request_sentence(verdict, kind, subject_name(subject, order_id), STYLE)
    if verdict.kind.is_accepted:
        return capitalized(sentence)
    return f"Refused: {sentence}"
