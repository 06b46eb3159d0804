"""What `policy explain` says about a tier, for machines."""

from orchestration.cli.commands.policy.explanation import Explained
from orchestration.cli.output.console import utc
from orchestration.domain.policy.deadlines import deadline_of, escalation_at, first_reminder
from orchestration.domain.policy.tier import Tier


def document(explained: Explained) -> dict[str, object]:
    """Return the document: times in UTC, the amount in minor units, the range in major units."""
    asked, selector = explained.asked, explained.found.selector
    return {
        "asked": asked.model_dump(mode="json") | {"requester": explained.requester or None},
        "tier": explained.found.name,
        "range": selector.model_dump(mode="json"),
        "passed_over": [{"tier": name, "reason": reason} for name, reason in explained.passed_over],
        "automatic": explained.found.tier is None,
        "asks": _asks(explained, explained.found.tier) if explained.found.tier else None,
    }


def _asks(explained: Explained, tier: Tier) -> dict[str, object]:
    now = explained.now
    # What is told by moments below is left out, and so are the time zone's offsets.
    plain = tier.model_dump(
        mode="json", exclude={"name", "hours", "escalations", "expires_after", "expires_at"}
    )
    return plain | {
        "hours": tier.hours and {"name": tier.hours.name, "zone": tier.hours.zone},
        "can_be_met": not explained.cannot,
        "first_reminder": utc(first_reminder(tier, now)),
        "escalations": [
            each.model_dump(mode="json", exclude={"after"}) | {"at": utc(escalation_at(tier, level, now))}
            for level, each in enumerate(tier.escalations)
        ],
        "expires": utc(deadline_of(tier, now)),
    }
