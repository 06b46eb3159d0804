"""`refund`: what is asked for, shown and waited for."""

from datetime import timedelta

import pytest

from orchestration.cli.exit_codes import ExitCode
from orchestration.domain.errors import OrderNotFound
from orchestration.domain.refund.refund import RefundRequest, RefundStatus, RefundStep
from tests.unit.cli.builders import NOW, refund_view
from tests.unit.cli.fakes import FakeConnections, FakeWorkflows, run


def test_a_refund_is_asked_for_and_shown() -> None:
    """With its tier's next step."""
    workflows = FakeWorkflows(
        refund_=refund_view(RefundStatus.PENDING_MANUAL_APPROVAL, waiting_for="approval (0 of 1)")
    )
    result = run(
        FakeConnections(workflows), "refund", "ord-1", "--reason", "broken", "--requester", "U0BOB0001"
    )
    assert result.exit_code == 0
    assert workflows.refunds == [RefundRequest(order_id="ord-1", requester="U0BOB0001", reason="broken")]
    assert "Status: PENDING_MANUAL_APPROVAL" in result.stdout
    assert "signal ord-1 approve --refund" in result.stdout


@pytest.mark.parametrize(
    ("status", "code"), [(RefundStatus.REFUNDED, ExitCode.OK), (RefundStatus.FAILED, ExitCode.REFUSED)]
)
def test_waiting_for_a_refund_tells_its_end(status: RefundStatus, code: ExitCode) -> None:
    """Each step once, on standard error."""
    steps = (
        RefundStep(to=RefundStatus.APPROVED, at=NOW),
        RefundStep(to=status, at=NOW + timedelta(1), reason="why"),
    )
    workflows = FakeWorkflows(refund_=refund_view(status, steps=steps, reason="why"))
    result = run(FakeConnections(workflows), "refund", "ord-1", "--reason", "broken", "--wait")
    assert result.exit_code == code
    assert result.stderr.count(f"{status}: why") == 1


def test_a_refund_that_nobody_asked_for() -> None:
    workflows = FakeWorkflows(refund_=OrderNotFound("no"))
    result = run(FakeConnections(workflows), "refund", "ord-1")
    assert result.exit_code == ExitCode.UNKNOWN_ORDER
    assert "There is no refund of order ord-1" in result.stderr
