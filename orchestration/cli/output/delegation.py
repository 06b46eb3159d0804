"""A delegation as a JSON document."""

from orchestration.cli.output.times import utc_time
from orchestration.domain.approval.delegations import DelegationGrant


def delegation_document(granted: DelegationGrant) -> dict[str, object]:
    """Return a delegation for JSON, times in UTC."""
    return {
        "delegation_id": granted.delegation_id,
        "person": granted.person,
        "delegate": granted.delegate,
        "group": granted.group,
        "since": utc_time(granted.since),
        "until": utc_time(granted.until),
        "created_by": granted.created_by,
    }
