"""The answer of `policy explain` as a JSON document."""

from orchestration.cli.commands.policy.explanation import Explanation
from orchestration.cli.output.times import utc_time
from orchestration.domain.policy.deadlines import deadline_of, escalation_at, first_reminder
from orchestration.domain.policy.tier import Tier


def explanation_document(explanation: Explanation) -> dict[str, object]:
    """Return the document: times in UTC, the amount in minor units, the range in major units."""
    asked, selector = explanation.asked, explanation.found.selector
    return {
        "asked": asked.model_dump(mode="json") | {"requester": explanation.requester or None},
        "tier": explanation.found.name,
        "range": selector.model_dump(mode="json"),
        "passed_over": [{"tier": name, "reason": reason} for name, reason in explanation.passed_over],
        "automatic": explanation.found.tier is None,
        "asks": _tier(explanation, explanation.found.tier) if explanation.found.tier else None,
    }


def _tier(explanation: Explanation, tier: Tier) -> dict[str, object]:
    now = explanation.now
    # Durations are left out where the moment is given below, and so is the table of the zone's UTC offsets.
    settings = tier.model_dump(
        mode="json", exclude={"name", "hours", "escalations", "expires_after", "expires_at"}
    )
    return settings | {
        "hours": tier.hours and {"name": tier.hours.name, "zone": tier.hours.zone},
        "can_be_met": not explanation.cannot_be_met,
        "first_reminder": utc_time(first_reminder(tier, now)),
        "escalations": [
            each.model_dump(mode="json", exclude={"after"})
            | {"at": utc_time(escalation_at(tier, level, now))}
            for level, each in enumerate(tier.escalations)
        ],
        "expires": utc_time(deadline_of(tier, now)),
    }
