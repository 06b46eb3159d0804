"""The gate and the state of its workflow, with decisions and steps in every order."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.domain.actor import Actor, ActorKind, Surface
from orchestration.domain.approval import rules, timers
from orchestration.domain.approval.decision import Decision, DecisionKind
from orchestration.domain.approval.gate import Gate
from orchestration.domain.approval.verdict import OutcomeKind, VerdictKind
from orchestration.domain.errors import TransitionNotAllowed
from orchestration.domain.order import state as cases
from orchestration.domain.order.state import OrderState
from orchestration.domain.order.status import TRANSITIONS, OrderStatus
from orchestration.domain.policy.tier import Requirement, Tier

OPENED = datetime(2026, 1, 1, tzinfo=UTC)
DEADLINE = OPENED + timedelta(hours=1)
REQUESTER, STRANGER = "U0BOB", "U0MALLORY"
APPROVERS = ("U0ALICE", "U0CAROL", "U0DAVE")
GROUP = "S0FINANCE"


def a_tier(count: int = 1) -> Tier:
    members = (*APPROVERS, GROUP, REQUESTER)
    requirement = Requirement(group="approvers", members=members, count=count)
    return Tier(name="t", requirements=(requirement,), expires_after=timedelta(hours=1))


def an_open_gate(count: int = 1) -> Gate:
    return timers.open_gate(Gate(requester=REQUESTER), a_tier(count), OPENED, DEADLINE)


def a_decision(
    actor: str,
    kind: DecisionKind = DecisionKind.APPROVE,
    *,
    at: datetime = OPENED + timedelta(minutes=1),
    revision: int | None = 1,
    groups: tuple[str, ...] = (),
    operator: bool = False,
) -> Decision:
    who = Actor(kind=ActorKind.OPERATOR if operator else ActorKind.SLACK_USER, id=actor, groups=groups)
    return Decision(
        decision_id=f"{actor}-{kind}",
        actor=who,
        surface=Surface.BUTTON,
        decided_at=at,
        revision=revision,
        kind=kind,
    )


@pytest.mark.parametrize(
    ("decision", "verdict", "outcome"),
    [
        (a_decision("U0ALICE"), VerdictKind.RECORDED, OutcomeKind.APPROVED),
        (a_decision("U0ALICE", DecisionKind.CANCEL), VerdictKind.RECORDED, OutcomeKind.CANCELLED),
        (a_decision("U0NEW", groups=(GROUP,)), VerdictKind.RECORDED, OutcomeKind.APPROVED),
        (a_decision("root", operator=True), VerdictKind.RECORDED, OutcomeKind.APPROVED),
        (a_decision(REQUESTER), VerdictKind.OWN_ORDER, None),
        (a_decision(REQUESTER, groups=(GROUP,)), VerdictKind.OWN_ORDER, None),
        (a_decision(REQUESTER, DecisionKind.CANCEL), VerdictKind.RECORDED, OutcomeKind.CANCELLED),
        (a_decision(STRANGER), VerdictKind.NOT_AN_APPROVER, None),
        (a_decision(STRANGER, groups=("S0OTHER",)), VerdictKind.NOT_AN_APPROVER, None),
        (a_decision(STRANGER, DecisionKind.CANCEL), VerdictKind.NOT_AN_APPROVER, None),
        (a_decision("U0ALICE", revision=2), VerdictKind.ORDER_CHANGED, None),
        (a_decision("U0ALICE", at=DEADLINE), VerdictKind.EXPIRED, None),
        (a_decision("U0ALICE", DecisionKind.CANCEL, at=DEADLINE), VerdictKind.EXPIRED, None),
    ],
)
def test_verdicts(decision: Decision, verdict: VerdictKind, outcome: OutcomeKind | None) -> None:
    """One decision on an open gate; judged long after the click, as after an outage."""
    gate, answer = rules.judge(an_open_gate(), decision, DEADLINE + timedelta(days=1))
    assert answer.kind is verdict
    assert (gate.outcome.kind if gate.outcome else None) is outcome


def test_a_clock_that_runs_ahead_does_not_expire_a_click() -> None:
    """The click counts as made now at the latest."""
    early = OPENED + timedelta(minutes=1)
    _, verdict = rules.judge(an_open_gate(), a_decision("U0ALICE", at=DEADLINE + timedelta(days=9)), early)
    assert verdict.kind is VerdictKind.RECORDED


def test_two_are_needed_and_one_does_not_count_twice() -> None:
    """Counted, refused as already given, then recorded."""
    gate = an_open_gate(count=2)
    gate, first = rules.judge(gate, a_decision("U0ALICE"), OPENED)
    gate, again = rules.judge(gate, a_decision("U0ALICE"), OPENED)
    assert gate.outcome is None
    gate, second = rules.judge(gate, a_decision("U0CAROL"), OPENED)
    assert [first.kind, again.kind, second.kind] == [
        VerdictKind.COUNTED,
        VerdictKind.ALREADY_APPROVED,
        VerdictKind.RECORDED,
    ]
    assert (first.counted, first.needed) == (1, 2)
    assert gate.outcome is not None


def test_the_late_one_is_told_by_whom_and_when() -> None:
    """The verdict carries the outcome."""
    gate, _ = rules.judge(an_open_gate(), a_decision("U0ALICE"), OPENED)
    _, late = rules.judge(gate, a_decision("U0CAROL"), OPENED + timedelta(minutes=5))
    assert late.kind is VerdictKind.ALREADY_OVER
    assert late.outcome is not None
    assert (late.outcome.by.id, late.outcome.at) == ("U0ALICE", OPENED)


people = st.sampled_from([*APPROVERS, REQUESTER, STRANGER])
decisions = st.builds(
    a_decision,
    people,
    st.sampled_from(list(DecisionKind)),
    at=st.integers(0, 90).map(lambda minutes: OPENED + timedelta(minutes=minutes)),
    revision=st.sampled_from([1, 2, None]),
    operator=st.booleans(),
)


@given(st.lists(decisions | st.just(None), max_size=12), st.integers(1, 3))
def test_a_gate_ends_at_most_once_and_only_by_right(moves: list[Decision | None], count: int) -> None:
    """None stands for the timer. The first outcome stays; an approval has enough different approvers."""
    gate = an_open_gate(count)
    first = None
    for move in moves:
        if move is None:
            gate, _ = timers.fire_due_timers(gate, DEADLINE)
        else:
            gate, _ = rules.judge(gate, move, OPENED + timedelta(minutes=60))
        assert first in {None, gate.outcome} if gate.outcome is None else True
        first = first or gate.outcome
        assert gate.outcome == first
    if first is not None and first.kind is OutcomeKind.APPROVED and first.by.kind is not ActorKind.OPERATOR:
        voters = {each.actor.id for each in gate.approvals}
        assert len(voters) >= count
        assert REQUESTER not in voters
        assert voters <= set(APPROVERS)


@given(st.permutations(APPROVERS), st.integers(1, 3))
def test_if_everybody_eligible_says_yes_it_is_approved(order: list[str], count: int) -> None:
    """No dead end, in whichever order they come."""
    gate = an_open_gate(count)
    for actor in order:
        gate, _ = rules.judge(gate, a_decision(actor), OPENED)
    assert gate.outcome is not None
    assert gate.outcome.kind is OutcomeKind.APPROVED


steps = st.sampled_from(list(OrderStatus))


@given(st.lists(decisions | steps, max_size=20))
def test_no_sequence_leaves_the_table(moves: list[Decision | OrderStatus]) -> None:
    """Decisions never raise, steps outside the table do, and a case never has two ends."""
    case = OrderState(gate=an_open_gate())
    for move in moves:
        before = case.status
        if isinstance(move, Decision):
            case, judged = cases.judge(case, move, OPENED + timedelta(minutes=30))
            assert judged.verdict.decision_id == move.decision_id
            assert case.status is before
            if before.is_final:
                assert not judged.verdict.kind.is_accepted or case.gate.outcome is not None
        elif move in TRANSITIONS[before]:
            case = cases.advance(case, move, OPENED)
        else:
            with pytest.raises(TransitionNotAllowed):
                cases.advance(case, move, OPENED)
    finals = [change.to for change in case.changes if change.to.is_final]
    assert len(finals) <= 1


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (OrderStatus.APPROVED, VerdictKind.RECORDED),
        (OrderStatus.PAYMENT_CHARGED, VerdictKind.RECORDED),
        (OrderStatus.SHIPPING, VerdictKind.ASKED_SHIPPING),
        (OrderStatus.SHIPPED, VerdictKind.CARRIER_HAS_IT),
        (OrderStatus.FAILED, VerdictKind.ALREADY_OVER),
    ],
)
def test_a_cancel_after_the_approval(status: OrderStatus, verdict: VerdictKind) -> None:
    """It is honoured as long as the order can be stopped, and never twice."""
    gate, _ = rules.judge(an_open_gate(), a_decision("U0ALICE"), OPENED)
    case = OrderState(gate=gate, status=status)
    case, judged = cases.judge(case, a_decision("U0CAROL", DecisionKind.CANCEL), OPENED)
    assert judged.verdict.kind is verdict
    _, second = cases.judge(case, a_decision("U0DAVE", DecisionKind.CANCEL), OPENED)
    assert not second.verdict.kind.is_accepted or case.cancel is None


@pytest.mark.parametrize(("stopped", "verdict"), [(True, "recorded"), (False, "carrier_has_it")])
def test_what_shipping_answers_settles_the_cancel(stopped: bool, verdict: str) -> None:
    """Refused, the order goes on as if nobody had asked."""
    gate, _ = rules.judge(an_open_gate(), a_decision("U0ALICE"), OPENED)
    case = OrderState(gate=gate, status=OrderStatus.SHIPPING)
    case, _ = cases.judge(case, a_decision("U0CAROL", DecisionKind.CANCEL), OPENED)
    case, judged = cases.settle_cancel(case, stopped, OPENED)
    assert judged is not None
    assert judged.verdict.kind == verdict
    assert (case.cancel is not None) is stopped
    assert cases.settle_cancel(case, stopped, OPENED) == (case, None)
