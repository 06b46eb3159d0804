"""The rules of a gate under random policies, with decisions in every order."""

from datetime import datetime, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from orchestration.domain.actor import Actor, ActorKind
from orchestration.domain.approval import rules, timers
from orchestration.domain.approval.decision import Decision, DecisionKind
from orchestration.domain.approval.gate import Gate
from orchestration.domain.approval.verdict import OutcomeKind, VerdictKind
from orchestration.domain.order import state as cases
from orchestration.domain.order.state import OrderState
from orchestration.domain.policy.tier import Escalation, Group, Override, Requirement, Tier
from tests.unit.domain.approval.gates import (
    DEADLINE,
    OPENED,
    PEOPLE,
    REQUESTER,
    Oracle,
    a_decision,
    an_actor,
    open_at,
    tiers,
)

people = st.sampled_from(PEOPLE)
actors = st.builds(
    an_actor, people, st.lists(people, max_size=2, unique=True).map(tuple), st.sampled_from([None, "finance"])
)
moments = st.integers(1, 47 * 60).map(lambda minutes: OPENED + timedelta(minutes=minutes))
decisions = st.builds(
    a_decision,
    actors,
    st.sampled_from([DecisionKind.APPROVE] * 4 + [DecisionKind.CANCEL]),
    at=moments,
    override=st.sampled_from([False] * 5 + [True]),
    note=st.sampled_from([None, "because"]),
)
barred = st.just(()) | st.tuples(people)


def in_time(moves: list[Decision]) -> list[Decision]:
    """As they arrive when nothing is late."""
    return sorted(moves, key=lambda move: move.decided_at)


def run(gate: Gate, moves: list[Decision], now: datetime | None = None) -> OrderState:
    """Judge them, each at its own moment or all of them late."""
    case = OrderState(gate=gate)
    for move in moves:
        case, _ = cases.judge(case, move, now or move.decided_at)
    return case


@given(tiers(), barred, st.lists(decisions, max_size=10))
def test_it_ends_once_and_only_by_right(tier: Tier, barred: tuple[str, ...], moves: list[Decision]) -> None:
    case = OrderState(gate=open_at(tier, barred))
    outcome = None
    for move in in_time(moves):
        case, judged = cases.judge(case, move, move.decided_at)
        assert judged.verdict.decision_id == move.decision_id
        assert outcome is None or case.gate.outcome == outcome, "an outcome never changes"
        outcome = case.gate.outcome
    if outcome is None or outcome.kind is not OutcomeKind.APPROVED:
        return
    if outcome.override:
        assert tier.override is not Override.NEVER
        assert outcome.by.id in tier.operators
        assert outcome.note or tier.override is Override.ALLOWED
    else:
        assert Oracle(tier, barred, case.gate.level).is_met(case.gate.approvals)


@given(tiers(), barred, st.permutations(PEOPLE), st.booleans())
def test_if_everybody_eligible_says_yes_it_is_approved(
    tier: Tier, barred: tuple[str, ...], order: list[str], late: bool
) -> None:
    """Unless the policy is a dead end, which the check of the file refuses."""
    at = OPENED + timedelta(hours=47 if late else 0, minutes=1)
    moves = [a_decision(an_actor(person), at=at) for person in order]
    level = sum(1 for each in tier.escalations if each.after is not None and OPENED + each.after <= at)
    oracle = Oracle(tier, barred, level)
    eligible = tuple(move for move in moves if oracle.candidates(move.actor))
    case = run(open_at(tier, barred), moves)
    approved = case.gate.outcome is not None
    assert approved is oracle.is_met(eligible)


@given(tiers(), st.lists(decisions, max_size=8), st.data())
def test_how_decisions_are_spread_over_tasks_makes_no_difference(
    tier: Tier, moves: list[Decision], data: st.DataObject
) -> None:
    """A worker that was away judges a batch late, timers after decisions, and comes to the same end."""
    moves = in_time(moves)
    prompt = OrderState(gate=open_at(tier))
    for move in moves:
        prompt = cases.tick(prompt, move.decided_at)
        prompt, _ = cases.judge(prompt, move, move.decided_at)
    prompt = cases.tick(prompt, DEADLINE)

    late = OrderState(gate=open_at(tier))
    verdicts: dict[str, VerdictKind] = {}
    rest = moves
    while rest:
        size = data.draw(st.integers(1, len(rest)))
        batch, rest = rest[:size], rest[size:]
        now = rest[0].decided_at if rest else DEADLINE + timedelta(days=2)
        for move in batch:
            late, judged = cases.judge(late, move, now)
            verdicts[move.decision_id] = judged.verdict.kind
        late = cases.tick(late, now)
    late = cases.tick(late, DEADLINE + timedelta(days=2))

    def end(case: OrderState) -> tuple[OutcomeKind, str]:
        assert case.gate.outcome is not None
        return case.gate.outcome.kind, case.gate.outcome.by.id

    assert end(prompt) == end(late)
    assert prompt.gate.approvals == late.gate.approvals


@given(tiers(), st.lists(decisions, max_size=8))
def test_a_gate_survives_its_own_json_at_every_step(tier: Tier, moves: list[Decision]) -> None:
    """As continue-as-new and a replay need it."""
    case = stored = OrderState(gate=open_at(tier))
    for move in in_time(moves):
        case, judged = cases.judge(case, move, move.decided_at)
        stored = OrderState.model_validate_json(stored.model_dump_json())
        stored, again = cases.judge(stored, move, move.decided_at)
        assert (stored, again) == (case, judged)


@given(tiers(), st.permutations(PEOPLE), st.integers(0, 7))
def test_the_order_of_the_yeses_makes_no_difference(tier: Tier, order: list[str], count: int) -> None:
    moves = [a_decision(an_actor(person)) for person in order[:count]]
    forth, back = run(open_at(tier), moves), run(open_at(tier), moves[::-1])
    assert (forth.gate.outcome is None) is (back.gate.outcome is None)
    if forth.gate.outcome is None:
        assert forth.gate.counted == back.gate.counted


@given(tiers(), st.lists(decisions, min_size=2, max_size=8))
@settings(max_examples=60)
def test_nobody_counts_twice(tier: Tier, moves: list[Decision]) -> None:
    """Neither as themselves nor through a colleague."""
    gate = run(open_at(tier), in_time(moves)).gate
    assume(gate.approvals and gate.tier)
    found = gate.assignment
    assert found is not None
    principals = [candidate.principal for candidate in found.candidates]
    assert len(set(principals)) == len(principals)
    assert len({each.actor.id for each in gate.approvals}) == len(gate.approvals)


def two_groups(**fields: object) -> Tier:
    """1 of finance (alice U2, carol U3) and 2 of ops (bob U4, carol U3, dave U5)."""
    base = {
        "name": "large",
        "requirements": (
            Requirement(group="finance", members=("U2", "U3")),
            Requirement(group="ops", members=("U4", "U3", "U5"), count=2),
        ),
        "expires_after": timedelta(hours=48),
    }
    return Tier.model_validate(base | fields)


def verdicts(gate: Gate, *moves: Decision) -> tuple[Gate, list[VerdictKind]]:
    kinds = []
    for move in moves:
        gate, verdict = rules.judge(gate, move, move.decided_at)
        kinds.append(verdict.kind)
    return gate, kinds


def user(person: str, *delegators: str, only: str | None = None) -> Actor:
    """In no user group."""
    return an_actor(person, delegators, only).model_copy(update={"groups": ()})


def test_one_person_counts_where_it_helps_most() -> None:
    """Carol is in both groups: first she fills finance, then Alice's yes moves her to ops."""
    gate, kinds = verdicts(open_at(two_groups()), a_decision(user("U3")))
    assert [(each.group, each.have, each.count) for each in gate.progress] == [
        ("finance", 1, 1),
        ("ops", 0, 2),
    ]
    gate, more = verdicts(gate, a_decision(user("U2")))
    assert [(each.have, each.count) for each in gate.progress] == [(1, 1), (1, 2)]
    gate, last = verdicts(gate, a_decision(user("U4")))
    assert kinds + more + last == [VerdictKind.COUNTED, VerdictKind.COUNTED, VerdictKind.RECORDED]


def test_a_yes_too_many_is_kept_and_counts_once_it_helps() -> None:
    """Both of finance said yes; when finance escalates to ops, the second fills what is missing."""
    after = timedelta(hours=4)
    leaders = (Group(group="leaders", members=("U2", "U3")),)
    tier = Tier(
        name="t",
        requirements=(
            Requirement(group="finance", members=("U2", "U6")),
            Requirement(group="ops", members=("U4",)),
        ),
        escalations=(Escalation(after=after, groups=leaders, counts_for=("ops",)),),
        expires_after=timedelta(hours=48),
    )
    gate, kinds = verdicts(open_at(tier), a_decision(user("U2")), a_decision(user("U6")))
    assert kinds == [VerdictKind.COUNTED, VerdictKind.COUNTED]
    assert gate.counted == 1
    gate, notifications = timers.fire_due_timers(gate, OPENED + after)
    assert gate.outcome is not None
    assert gate.outcome.kind is OutcomeKind.APPROVED
    assert notifications == ()


@pytest.mark.parametrize(
    ("fields", "barred", "actor", "verdict"),
    [
        ({}, (), "U1", VerdictKind.OWN_ORDER),
        ({}, (), "U7", VerdictKind.NOT_AN_APPROVER),
        ({}, ("U2",), "U2", VerdictKind.BARRED),
        ({"barred": [{"group": "sales", "members": ["U2"]}]}, (), "U2", VerdictKind.BARRED),
    ],
)
def test_separation_of_duties(
    fields: dict[str, object], barred: tuple[str, ...], actor: str, verdict: VerdictKind
) -> None:
    tier = two_groups(requirements=(Requirement(group="finance", members=("U2", "U1")),), **fields)
    gate, kinds = verdicts(open_at(tier, barred), a_decision(user(actor)))
    assert kinds == [verdict]
    if verdict is VerdictKind.NOT_AN_APPROVER:
        return
    # Not even through a colleague, nor for one.
    _, kinds = verdicts(gate, a_decision(user("U7", actor)), a_decision(user(actor, "U2")))
    assert VerdictKind.RECORDED not in kinds


def test_a_requester_whom_the_tier_lets() -> None:
    tier = two_groups(
        requirements=(Requirement(group="finance", members=(REQUESTER,)),), requester_may_approve=True
    )
    _, kinds = verdicts(open_at(tier), a_decision(user(REQUESTER)))
    assert kinds == [VerdictKind.RECORDED]


def test_delegation_acts_under_the_own_name_for_a_colleague() -> None:
    """Erin (U7) speaks for Alice, and Alice cannot add a second yes."""
    gate, first = verdicts(open_at(two_groups()), a_decision(user("U7", "U2")))
    assert gate.approved_for == ("U2",)
    gate, verdict = rules.judge(gate, a_decision(user("U2")), OPENED + timedelta(minutes=2))
    assert [*first, verdict.kind] == [VerdictKind.COUNTED, VerdictKind.ALREADY_APPROVED]
    assert verdict.by == "U7"


def test_a_delegate_who_may_approve_anyway_counts_once_where_it_helps() -> None:
    """Bob (ops) speaks for Alice (finance) only while his own seat is of no use."""
    gate, _ = verdicts(open_at(two_groups()), a_decision(user("U4", "U2")))
    assert gate.counted == 1
    gate, kinds = verdicts(gate, a_decision(user("U2")), a_decision(user("U5")))
    assert kinds == [VerdictKind.COUNTED, VerdictKind.RECORDED]
    assert gate.approved_for == (None, None, None)


def test_a_delegation_for_one_group_is_good_for_that_group() -> None:
    gate, _ = verdicts(open_at(two_groups()), a_decision(user("U7", "U3", only="ops")))
    assert [each.have for each in gate.progress] == [0, 1]


def test_a_quorum_to_cancel() -> None:
    """Two people; one of them twice is one; who cancels no longer approves; the requester may alone."""
    gate = open_at(two_groups(cancel_count=2))
    gate, kinds = verdicts(
        gate,
        a_decision(user("U2")),
        a_decision(user("U2"), DecisionKind.CANCEL),
        a_decision(user("U2"), DecisionKind.CANCEL),
        a_decision(user("U7", "U2"), DecisionKind.CANCEL),
    )
    already = VerdictKind.ALREADY_CANCELLED
    assert kinds == [VerdictKind.COUNTED, VerdictKind.COUNTED, already, already]
    assert gate.counted == 0
    ended, kinds = verdicts(gate, a_decision(user("U4"), DecisionKind.CANCEL))
    assert kinds == [VerdictKind.RECORDED]
    assert ended.outcome is not None
    alone, kinds = verdicts(gate, a_decision(user(REQUESTER), DecisionKind.CANCEL))
    assert kinds == [VerdictKind.RECORDED]
    assert alone.outcome is not None


OPERATOR = Actor(kind=ActorKind.OPERATOR, id="root")


@pytest.mark.parametrize(
    ("override", "actor", "note", "verdict"),
    [
        (Override.ALLOWED, OPERATOR, None, VerdictKind.RECORDED),
        (Override.ALLOWED, user("U6"), None, VerdictKind.RECORDED),
        (Override.ALLOWED, user("U2"), "please", VerdictKind.NOT_AN_OPERATOR),
        (Override.WITH_REASON, OPERATOR, None, VerdictKind.REASON_NEEDED),
        (Override.WITH_REASON, OPERATOR, "fire", VerdictKind.RECORDED),
        (Override.NEVER, OPERATOR, "fire", VerdictKind.OVERRIDE_OFF),
        (Override.NEVER, user("U6"), "fire", VerdictKind.OVERRIDE_OFF),
    ],
)
@pytest.mark.parametrize("kind", DecisionKind)
def test_override(
    kind: DecisionKind, override: Override, actor: Actor, note: str | None, verdict: VerdictKind
) -> None:
    gate = open_at(two_groups(override=override, operators=("U6",)))
    gate, kinds = verdicts(gate, a_decision(actor, kind, note=note, override=True))
    assert kinds == [verdict]
    assert (gate.outcome is not None) is (verdict is VerdictKind.RECORDED)
    assert gate.outcome is None or gate.outcome.override


def test_an_operator_cannot_override_on_their_own_order() -> None:
    gate = open_at(two_groups(operators=(REQUESTER,)))
    _, kinds = verdicts(gate, a_decision(user(REQUESTER), override=True))
    assert kinds == [VerdictKind.OWN_ORDER]


def test_a_click_after_an_escalation_counts_though_the_timer_is_late() -> None:
    """The worker was away: the click of somebody who was asked at four is judged at six, before the timer."""
    leaders = (Group(group="leaders", members=("U7",)),)
    escalation = Escalation(after=timedelta(hours=4), groups=leaders, counts_for=("ops", "finance"))
    case = OrderState(gate=open_at(two_groups(escalations=(escalation,))))
    early = a_decision(user("U7"), at=OPENED + timedelta(hours=3))
    late = a_decision(user("U7"), at=OPENED + timedelta(hours=5))
    case, refused = cases.judge(case, early, OPENED + timedelta(hours=6))
    case, counted = cases.judge(case, late, OPENED + timedelta(hours=6))
    assert (refused.verdict.kind, counted.verdict.kind) == (VerdictKind.NOT_AN_APPROVER, VerdictKind.COUNTED)
    assert [notification.number for notification in case.notifications] == [1]


def test_a_click_that_came_too_late_does_not_shut_out_one_that_was_in_time() -> None:
    """Both wait for a worker, and arrive in the wrong order."""
    tier = two_groups(requirements=(Requirement(group="finance", members=("U2", "U3")),))
    now = DEADLINE + timedelta(hours=1)
    case = OrderState(gate=open_at(tier))
    case, late = cases.judge(case, a_decision(user("U2"), at=DEADLINE + timedelta(minutes=1)), now)
    case, prompt = cases.judge(case, a_decision(user("U3"), at=DEADLINE - timedelta(minutes=1)), now)
    assert (late.verdict.kind, prompt.verdict.kind) == (VerdictKind.EXPIRED, VerdictKind.RECORDED)


def test_who_comes_after_an_override_is_told_of_it() -> None:
    """By whom it was decided, alone; and nothing changes any more."""
    gate, _ = verdicts(open_at(two_groups()), a_decision(OPERATOR, note="fire"))
    later = a_decision(user("U2"), at=OPENED + timedelta(hours=1))
    after, verdict = rules.judge(gate, later, later.decided_at)
    assert after == gate
    assert verdict.kind is VerdictKind.ALREADY_OVER
    assert verdict.outcome is not None
    assert (verdict.outcome.by, verdict.outcome.override) == (OPERATOR, True)


def test_who_comes_after_the_expiry_is_told_of_it() -> None:
    """Whatever the clock of the click says."""
    gate, _ = timers.fire_due_timers(open_at(two_groups()), DEADLINE)
    _, kinds = verdicts(gate, a_decision(user("U2")), a_decision(OPERATOR))
    assert kinds == [VerdictKind.EXPIRED, VerdictKind.EXPIRED]
