"""Promise 2: nobody is charged or refunded twice, nothing ships twice, unpaid or unapproved."""

from collections import Counter
from collections.abc import Iterator

from tests.chaos.checker.evidence import Evidence, Json, Promise, Violation
from tests.chaos.checker.policy import ACCEPTED, APPROVERS, is_approved

_NOT_PAID = {"CANCELLED", "EXPIRED", "FAILED"}


def check(evidence: Evidence) -> Iterator[Violation]:
    """The books of the outside world against what was ordered and agreed to."""
    yield from _once(evidence)
    charges = {each["payment_id"]: each for each in evidence.ledger.charges if each["charged_at"]}
    parcels = {each["order_id"]: each for each in evidence.ledger.parcels if each["dispatched_at"]}
    for payment_id in charges:
        if evidence.order(payment_id.removeprefix("pay-")) is None:
            yield _wrong(payment_id, "it was charged, and there is no such order")
    for order_id in parcels:
        if evidence.order(order_id) is None:
            yield _wrong(order_id, "it was shipped, and there is no such order")
    for row in evidence.orders:
        charge = charges.get(f"pay-{row['order_id']}")
        yield from _charged_rightly(evidence, row, charge)
        yield from _shipped_rightly(evidence, row, charge, row["order_id"] in parcels)
        yield from _rows_agree(evidence, row, charge)


def _once(evidence: Evidence) -> Iterator[Violation]:
    effective = Counter(
        (each["kind"], each["subject"]) for each in evidence.ledger.movements if each["effective"]
    )
    for (kind, subject), times in effective.items():
        if times > 1:
            yield _wrong(subject, f"{kind} took effect {times} times")


def _charged_rightly(evidence: Evidence, row: Json, charge: Json | None) -> Iterator[Violation]:
    order_id = row["order_id"]
    refunded = charge is not None and charge["refunded_at"] is not None
    if charge is None:
        if row["status"] == "SHIPPED":
            yield _wrong(order_id, "it is SHIPPED, and was never charged")
        return
    if (charge["amount"], charge["currency"]) != (row["amount"], row["currency"]):
        yield _wrong(order_id, f"charged {charge['amount']}, and it costs {row['amount']}")
    if not is_approved(evidence, row):
        yield _wrong(order_id, "it was charged without the approvals that it needs")
    if row["status"] in _NOT_PAID and not refunded:
        yield _wrong(order_id, f"it is {row['status']}, and the money was not given back")
    agreed = any(each["status"] == "REFUNDED" for each in evidence.of(evidence.refunds, order_id))
    if refunded and row["status"] == "SHIPPED" and not agreed:
        yield _wrong(order_id, "it is SHIPPED and was refunded, and there is no refund that is done")
    if agreed and not refunded:
        yield _wrong(order_id, "its refund is REFUNDED, and the gateway gave nothing back")
    if agreed and not _refund_approved(evidence, order_id):
        yield _wrong(order_id, "it was refunded without the approval that a refund needs")


def _shipped_rightly(
    evidence: Evidence, row: Json, charge: Json | None, shipped: bool
) -> Iterator[Violation]:
    order_id = row["order_id"]
    if shipped and charge is None:
        yield _wrong(order_id, "it was shipped unpaid")
    if shipped and not is_approved(evidence, row):
        yield _wrong(order_id, "it was shipped without the approvals that it needs")
    if shipped and row["status"] != "SHIPPED":
        yield _wrong(order_id, f"the carrier has it, and it is {row['status']}")
    if row["status"] == "SHIPPED" and not shipped:
        yield _wrong(order_id, "it is SHIPPED, and the carrier does not have it")


def _rows_agree(evidence: Evidence, row: Json, charge: Json | None) -> Iterator[Violation]:
    for payment in evidence.of(evidence.payments, row["order_id"]):
        refunded = charge is not None and charge["refunded_at"] is not None
        expected = "refunded" if refunded else "charged" if charge else None
        if expected and payment["status"] != expected:
            yield _wrong(row["order_id"], f"payments says {payment['status']}, the gateway {expected}")
        if expected is None and payment["status"] in {"charged", "refunded"}:
            yield _wrong(row["order_id"], f"payments says {payment['status']}, the gateway knows nothing")


def _refund_approved(evidence: Evidence, order_id: str) -> bool:
    return any(
        each["subject"] == "refund"
        and each["kind"] == "approve"
        and each["verdict"] in ACCEPTED
        and (each["actor_id"] in APPROVERS or each["actor_kind"] == "operator")
        for each in evidence.of(evidence.decisions, order_id)
    )


def _wrong(subject: str, what: str) -> Violation:
    return Violation(Promise.NO_MONEY_TWICE, subject, what)
