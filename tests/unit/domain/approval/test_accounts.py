"""Only full members of the workspace may decide; a guest may cancel an order that they requested."""

from datetime import timedelta

import pytest

from orchestration.domain.actor import Account, Actor, ActorKind, Delegation, Surface
from orchestration.domain.approval import questions, rules
from orchestration.domain.approval.decision import Decision, DecisionKind, DecisionRequest
from orchestration.domain.approval.gate import Gate
from orchestration.domain.approval.questions import AnswerRequest, QuestionRequest
from orchestration.domain.approval.verdict import OutcomeKind, VerdictKind
from orchestration.domain.order import amendment
from orchestration.domain.order import state as cases
from orchestration.domain.order.amendment import AmendRequest
from orchestration.domain.order.state import OrderState
from orchestration.domain.order.status import OrderStatus
from tests.unit.domain.approval.test_state import OPENED, REQUESTER, a_decision, an_open_gate

NOW = OPENED + timedelta(minutes=1)
ALICE = "U0ALICE"
NO_MEMBERS = [Account.GUEST, Account.DEACTIVATED, Account.BOT, Account.EXTERNAL]
REFUSED = [(each, VerdictKind.NOT_A_MEMBER) for each in NO_MEMBERS] + [
    (Account.UNKNOWN, VerdictKind.UNKNOWN_ACCOUNT)
]


def by(user: str, account: Account | None, **fields: object) -> Actor:
    return Actor.model_validate({"kind": ActorKind.SLACK_USER, "id": user, "account": account} | fields)


def decision(
    user: str, account: Account | None, kind: DecisionKind = DecisionKind.APPROVE, **fields: object
) -> Decision:
    return a_decision(user, kind).model_copy(update={"actor": by(user, account)} | fields)


@pytest.mark.parametrize(("account", "verdict"), REFUSED)
@pytest.mark.parametrize("kind", DecisionKind)
def test_an_approver_who_is_no_full_member_decides_nothing(
    account: Account, verdict: VerdictKind, kind: DecisionKind
) -> None:
    gate, answer = rules.judge(an_open_gate(), decision(ALICE, account, kind), NOW)
    assert (gate.outcome, gate.approvals, answer.kind) == (None, (), verdict)


@pytest.mark.parametrize("account", [None, Account.MEMBER])
def test_a_member_decides_and_so_does_who_was_never_looked_up(account: Account | None) -> None:
    """Decisions of earlier releases, and of `--as` at the command line, say nothing of the account."""
    gate, answer = rules.judge(an_open_gate(), decision(ALICE, account), NOW)
    assert answer.kind is VerdictKind.RECORDED
    assert gate.outcome is not None


@pytest.mark.parametrize(("account", "verdict"), REFUSED)
def test_an_operator_of_the_policy_overrides_only_as_a_member(account: Account, verdict: VerdictKind) -> None:
    gate = an_open_gate()
    assert gate.tier is not None
    gate = gate.model_copy(update={"tier": gate.tier.model_copy(update={"operators": ("U0OPS",)})})
    _, answer = rules.judge(gate, decision("U0OPS", account, override=True, note="why"), NOW)
    assert answer.kind is verdict


@pytest.mark.parametrize(
    ("account", "verdict"),
    [
        (Account.GUEST, VerdictKind.RECORDED),
        (Account.DEACTIVATED, VerdictKind.NOT_A_MEMBER),
        (Account.BOT, VerdictKind.NOT_A_MEMBER),
        (Account.EXTERNAL, VerdictKind.NOT_A_MEMBER),
        (Account.UNKNOWN, VerdictKind.UNKNOWN_ACCOUNT),
    ],
)
@pytest.mark.parametrize("gate", [an_open_gate(), Gate(requester=REQUESTER)])
def test_a_guest_may_stop_their_own_order(gate: Gate, account: Account, verdict: VerdictKind) -> None:
    """Before the gate opens too. To stop an order is always safe; of the others nobody knows who clicks."""
    _, answer = rules.judge(gate, decision(REQUESTER, account, DecisionKind.CANCEL), NOW)
    assert answer.kind is verdict


@pytest.mark.parametrize(("account", "verdict"), REFUSED)
def test_the_same_holds_after_the_approval(account: Account, verdict: VerdictKind) -> None:
    gate, _ = rules.judge(an_open_gate(), decision("U0CAROL", Account.MEMBER), NOW)
    paid = OrderState(gate=gate, status=OrderStatus.PAYMENT_CHARGED)
    after, judged = cases.judge(paid, decision(ALICE, account, DecisionKind.CANCEL), NOW)
    assert (after.cancel, judged.verdict.kind) == (None, verdict)
    _, own = cases.judge(paid, decision(REQUESTER, Account.GUEST, DecisionKind.CANCEL), NOW)
    assert own.verdict.kind is VerdictKind.RECORDED


def test_a_guests_click_that_was_held_is_refused_when_the_gate_opens() -> None:
    held, answer = rules.judge(Gate(requester=""), decision(ALICE, Account.GUEST, DecisionKind.CANCEL), NOW)
    assert answer.kind is VerdictKind.HELD
    _, answer = rules.judge(an_open_gate(), decision(ALICE, Account.GUEST, DecisionKind.CANCEL), NOW)
    assert (held.outcome, answer.kind) == (None, VerdictKind.NOT_A_MEMBER)


@pytest.mark.parametrize(
    ("account", "verdict"),
    [
        (None, VerdictKind.RECORDED),
        (Account.MEMBER, VerdictKind.RECORDED),
        *((each, VerdictKind.NOT_AN_APPROVER) for each in (*NO_MEMBERS, Account.UNKNOWN)),
    ],
)
def test_nobody_speaks_for_somebody_who_has_left(account: Account | None, verdict: VerdictKind) -> None:
    """A delegation outlives the account of whoever gave it; their right does not."""
    stands_in = by("U0MALLORY", Account.MEMBER, delegations=(Delegation(person=ALICE, account=account),))
    gate, answer = rules.judge(an_open_gate(), decision("U0MALLORY", None, actor=stands_in), NOW)
    assert answer.kind is verdict
    assert (gate.outcome is not None) == (verdict is VerdictKind.RECORDED)


def test_an_approval_that_counted_stands_when_its_giver_leaves_later() -> None:
    """It was theirs to give at the time; it is cancelled like any other."""
    gate, _ = rules.judge(an_open_gate(2), decision(ALICE, Account.MEMBER), NOW)
    gate, again = rules.judge(gate, decision(ALICE, Account.DEACTIVATED, decision_id="later"), NOW)
    assert again.kind is VerdictKind.NOT_A_MEMBER
    gate, last = rules.judge(gate, decision("U0CAROL", Account.MEMBER), NOW)
    assert last.kind is VerdictKind.RECORDED
    assert gate.outcome is not None
    assert gate.outcome.kind is OutcomeKind.APPROVED


@pytest.mark.parametrize(("account", "verdict"), REFUSED)
def test_questions_are_for_full_members(account: Account, verdict: VerdictKind) -> None:
    asked = QuestionRequest(
        question_id="q", actor=by(ALICE, account), surface=Surface.MODAL, asked_at=NOW, text="which room?"
    )
    gate, answer = questions.ask(an_open_gate(), asked, NOW)
    assert (gate.questions, answer.kind) == ((), verdict)


@pytest.mark.parametrize(("account", "verdict"), REFUSED)
def test_a_guest_answers_and_changes_their_own_order(account: Account, verdict: VerdictKind) -> None:
    """Nobody else who is no member does."""
    verdict = VerdictKind.RECORDED if account is Account.GUEST else verdict
    question = QuestionRequest(
        question_id="q",
        actor=by(ALICE, Account.MEMBER),
        surface=Surface.MODAL,
        asked_at=NOW,
        text="which room?",
    )
    gate, _ = questions.ask(an_open_gate(), question, NOW)
    given = AnswerRequest(
        answer_id="a",
        question_id="q",
        actor=by(REQUESTER, account),
        surface=Surface.MODAL,
        answered_at=NOW,
        text="the large one",
    )
    assert questions.answer(gate, given, NOW)[1].kind is verdict
    change = AmendRequest(
        amend_id="c", actor=by(REQUESTER, account), surface=Surface.MODAL, amended_at=NOW, ship_to="Pier 9"
    )
    refused = amendment.refusal(gate, change, NOW)
    assert (refused.kind if refused else VerdictKind.RECORDED) is verdict


def test_a_decision_of_an_earlier_release_is_read_as_it_was() -> None:
    """Histories and signals on their way hold actors without an account."""
    old = {
        "decision_id": "d-1",
        "actor": {"kind": "slack_user", "id": ALICE, "groups": [], "delegations": [{"person": "U0BOB"}]},
        "surface": "button",
        "decided_at": NOW.isoformat(),
    }
    read = DecisionRequest.model_validate(old)
    assert (read.actor.account, read.actor.delegations[0].account) == (None, None)
