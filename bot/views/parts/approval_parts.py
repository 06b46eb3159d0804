"""Texts about an approval: who may approve, who has, when it expires, how it ended."""

from bot.block_kit.text import escape, is_group, member, person, slack_date
from bot.views.parts.slack_style import SLACK_STYLE
from orchestration.domain.actor import Actor
from orchestration.domain.approval.gate import Gate
from orchestration.domain.approval.verdict import Outcome
from orchestration.wording.names import actor_name

MAX_MEMBERS = 10
"""Names in one list."""


def who(actor: Actor) -> str:
    """Name whoever acted. Escaped."""
    return actor_name(actor, SLACK_STYLE)


def outcome(ended: Outcome) -> str:
    """Say how the approval ended, by whom and when. Escaped."""
    return SLACK_STYLE.outcome(ended)


def approvers(gate: Gate) -> str:
    """Return who may approve, and how many of each group have to. Escaped."""
    if gate.tier is None:
        return "nobody"
    requirements = gate.tier.requirements
    if len(requirements) == 1:
        only = requirements[0]
        names = _names(only.members)
        alone = only.count == len(only.members) == 1 and not is_group(only.members[0])
        return names if alone else f"{only.count} of {names}"
    each = (f"{one.count} of {escape(one.group, 60)} ({_names(one.members)})" for one in requirements)
    return " and ".join(each)


def approved_so_far(gate: Gate) -> str:
    """Return how many have approved, for each requirement, and their names. Escaped."""
    if len(gate.progress) == 1:
        far = f"{gate.counted} of {gate.needed}"
    else:
        far = " · ".join(
            f"{escape(one.group, 60)} {one.have} of {one.count}" + (" ✓" if one.have >= one.count else "")
            for one in gate.progress
        )
    if gate.needed == 1 or not gate.approvals:
        return far  # the card names a single approver elsewhere
    pairs = zip(gate.approvals, gate.approved_for, strict=True)
    by = [who(each.actor) + (f" for {person(whom)}" if whom else "") for each, whom in pairs]
    return f"{far} ({', '.join(by[:MAX_MEMBERS])})"


def needs_and_deadline(gate: Gate) -> list[str]:
    """Return two lines: who has to approve and how many have, and when the wait ends. Escaped."""
    return [
        f"Needs {approvers(gate)}; so far: {approved_so_far(gate)}",
        f"Expires: {expires(gate)}",
    ]


def waiting_notes(gate: Gate) -> list[str]:
    """Return lines about escalation, cancels and open questions. Escaped."""
    lines = []
    if gate.tier is not None and gate.level:
        asked = {group.group for each in gate.tier.escalated(gate.level) for group in each.groups}
        lines.append(f"Escalated: {escape(', '.join(sorted(asked)), 200)} may approve too")
    if gate.tier is not None and gate.cancels:
        by = ", ".join(who(each.actor) for each in gate.cancels[:MAX_MEMBERS])
        lines.append(f"Cancels: {len(gate.cancels)} of {gate.tier.cancel_count} ({by})")
    if gate.open_questions:
        clock = "; the clock stands still" if gate.paused_at else ""
        lines.append(f"Waiting for information{clock}")
    return lines


def expires(gate: Gate) -> str:
    """Return when the approval expires."""
    if gate.deadline is not None:
        return slack_date(gate.deadline)
    return "not while information is missing" if gate.paused_at else "never"


def group_ids(gate: Gate) -> tuple[str, ...]:
    """Return the user groups of the tier, in which a user who clicks has to be looked up."""
    return tuple(each for each in gate.tier.all_members if is_group(each)) if gate.tier else ()


def _names(members: tuple[str, ...]) -> str:
    names = ", ".join(member(each) for each in members[:MAX_MEMBERS])
    more = len(members) - MAX_MEMBERS
    return f"{names} and {more} more" if more > 0 else names
