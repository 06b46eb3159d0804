"""Promise 4: every order ends, or waits for a named reason; lists say what the workflow says."""

from collections.abc import Iterator

from tests.chaos.checker.evidence import Evidence, Promise, Violation, Workflow

_FINAL = {"SHIPPED", "CANCELLED", "EXPIRED", "FAILED"}
_FINAL_REFUND = {"REFUNDED", "CANCELLED", "EXPIRED", "FAILED"}


def check(evidence: Evidence) -> Iterator[Violation]:
    """Every order that was started, in Temporal and in its row."""
    by_id = {each.workflow_id: each for each in evidence.workflows}
    kinds = {planned["order"]["order_id"]: planned["kind"] for planned in evidence.planned}
    for line in evidence.noted("started"):
        workflow = by_id.get(f"order-{line['order']}")
        if workflow is None:
            yield _wrong(line["order"], "it was started, and Temporal does not know it")
            continue
        yield from _ends_or_waits(workflow, _FINAL)
        row = evidence.order(line["order"])
        status = (workflow.view or {}).get("status")
        if kinds.get(line["order"]) == "malformed":
            if row is not None or status != "FAILED":
                yield _wrong(line["order"], f"it was malformed, and is {status}")
        elif row is None:
            yield _wrong(line["order"], "it was started, and has no row")
        elif status is not None and row["status"] != status:
            yield _wrong(line["order"], f"its row says {row['status']}, its workflow {status}")
    for workflow in evidence.workflows:
        if workflow.is_refund:
            yield from _ends_or_waits(workflow, _FINAL_REFUND)
            yield from _refund_row(evidence, workflow)
    for line in evidence.noted("unsettled"):
        yield _wrong(line["workflow"], f"after everything had healed: {line['why']}")


def _ends_or_waits(workflow: Workflow, final: set[str]) -> Iterator[Violation]:
    view = workflow.view
    if view is None:
        yield _wrong(workflow.workflow_id, f"it does not say where it stands: {workflow.trouble}")
    elif workflow.is_running:
        if not (view["waiting_for"] or view["card_problem"]):
            yield _wrong(workflow.workflow_id, f"it is {view['status']}, and does not say what it waits for")
    elif view["status"] not in final:
        yield _wrong(workflow.workflow_id, f"it has ended ({workflow.status}), and is {view['status']}")


def _refund_row(evidence: Evidence, workflow: Workflow) -> Iterator[Violation]:
    view = workflow.view or {}
    row = next((each for each in evidence.refunds if each["refund_id"] == view.get("refund_id")), None)
    if row is not None and row["status"] != view["status"]:
        yield _wrong(workflow.workflow_id, f"its row says {row['status']}, its workflow {view['status']}")


def _wrong(subject: str, what: str) -> Violation:
    return Violation(Promise.ENDS_OR_WAITS, subject, what)
