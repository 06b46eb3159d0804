"""Says in words what an open gate waits for."""

from orchestration.domain.approval.gate import Gate
from orchestration.workflows.approval.card import CardUpdater


def waiting_for_approval(gate: Gate, card: CardUpdater) -> str:
    """Return the approvals counted so far, open questions, and whether the card is posted yet."""
    posted = "" if card.ref else "; the card is still on its way to Slack"
    asked = "; information was asked for" if gate.open_questions else ""
    return f"approval ({_progress(gate)}){asked}{posted}"


def _progress(gate: Gate) -> str:
    if len(gate.progress) == 1:
        return f"{gate.counted} of {gate.needed}"
    return ", ".join(f"{each.group} {each.have} of {each.count}" for each in gate.progress)
