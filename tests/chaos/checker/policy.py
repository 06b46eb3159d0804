"""The checker's own reading of the run's approval policy (`plan.model.POLICY`), by hand."""

from tests.chaos.checker.evidence import Evidence, Json

APPROVERS = frozenset({"U0ALICE01", "U0CAROL01"})
ACCEPTED = frozenset({"recorded", "counted"})


def people_needed(amount: int, currency: str) -> int:
    """How many approvers an order of so many minor units needs."""
    if currency == "USD":
        return 1
    if amount < 500_00:
        return 0
    return 1 if amount < 5_000_00 else 2


def is_approved(evidence: Evidence, row: Json) -> bool:
    """Whether those agreed who had to, to what the order is now, by the decisions that were stored."""
    yes = [
        each
        for each in evidence.of(evidence.decisions, row["order_id"])
        if each["subject"] == "order" and each["kind"] == "approve" and each["verdict"] in ACCEPTED
    ]
    if any(each["actor_kind"] == "operator" for each in yes):
        return True
    now = [each for each in yes if each["revision_seen"] in {None, row["revision"]}]
    people = {each["actor_id"] for each in now} & APPROVERS - {row["requester"]}
    return len(people) >= people_needed(row["amount"], row["currency"])


def may_approve(decision: Json, requester: str) -> bool:
    """Whether this person has the right to approve what `requester` asked for."""
    if decision["actor_kind"] == "operator":
        return decision["surface"] in {"cli", "temporal"}
    return decision["actor_id"] in APPROVERS and decision["actor_id"] != requester


def may_cancel(decision: Json, requester: str) -> bool:
    """Whether this person has the right to cancel."""
    if decision["actor_kind"] == "operator":
        return decision["surface"] in {"cli", "temporal"}
    return decision["actor_id"] in APPROVERS | {requester}
