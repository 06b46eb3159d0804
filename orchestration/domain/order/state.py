"""An order's whole case: its status, its gate, and a cancel that came after the gate.

Pure, like the gate. `OrderWorkflow` holds one `Case` and replaces it; nothing else decides anything.
"""

from datetime import datetime

from orchestration.domain.approval import rules, timers
from orchestration.domain.approval.decision import Decision, DecisionKind
from orchestration.domain.approval.gate import Gate
from orchestration.domain.approval.notifications import Notification
from orchestration.domain.approval.verdict import JudgedDecision, Outcome, OutcomeKind, Verdict, VerdictKind
from orchestration.domain.model import FrozenModel
from orchestration.domain.order.status import OrderStatus, check_transition


class StatusChange(FrozenModel):
    """One step of an order, with the reason where it did not go the good way."""

    to: OrderStatus
    at: datetime
    reason: str | None = None


class OrderState(FrozenModel):
    """Where an order stands. `cancel`: a cancel accepted after the approval, yet to be carried out."""

    gate: Gate
    status: OrderStatus = OrderStatus.CREATED
    changes: tuple[StatusChange, ...] = ()
    cancel: Outcome | None = None
    cancels: tuple[Decision, ...] = ()
    """Cancels after the approval, where the tier wants several."""
    cancel_decision: Decision | None = None
    held: tuple[Decision, ...] = ()
    notifications: tuple[Notification, ...] = ()
    """What people have to be told and have not been yet."""


def advance(case: OrderState, to: OrderStatus, at: datetime, reason: str | None = None) -> OrderState:
    """Take one step of the transition table. Raises TransitionNotAllowed for any other."""
    check_transition(case.status, to)
    change = StatusChange(to=to, at=at, reason=reason)
    return case.model_copy(update={"status": to, "changes": (*case.changes, change)})


def judge(case: OrderState, decision: Decision, now: datetime) -> tuple[OrderState, JudgedDecision]:
    """Judge a decision at whatever stage the order is. Never raises."""
    if decision.kind is DecisionKind.CANCEL and _is_past_gate(case):
        case, verdict = _judge_late_cancel(case, decision, now)
    elif case.status.is_final and case.gate.outcome is None:
        # It failed before anybody could be asked.
        verdict = Verdict(decision_id=decision.decision_id, kind=VerdictKind.ALREADY_OVER, at=now)
    else:
        return judge_at_gate(case, decision, now)
    return case, JudgedDecision(decision=decision, verdict=verdict)


def judge_at_gate(case: OrderState, decision: Decision, now: datetime) -> tuple[OrderState, JudgedDecision]:
    """Judge a decision as the gate does. Whoever was asked by the time of the click may decide, though the
    worker was away and the timer is late.
    """
    gate, notifications = timers.tick(case.gate, min(decision.decided_at, now), expire=False)
    gate, verdict = rules.judge(gate, decision, now)
    update: dict[str, object] = {"gate": gate, "notifications": (*case.notifications, *notifications)}
    if verdict.kind is VerdictKind.HELD:
        update["held"] = (*case.held, decision)
    return case.model_copy(update=update), JudgedDecision(decision=decision, verdict=verdict)


def release_held(case: OrderState) -> tuple[OrderState, tuple[Decision, ...]]:
    """Hand out the decisions that came before the gate opened, in their order, to be judged again."""
    return case.model_copy(update={"held": ()}), case.held


def tick(case: OrderState, now: datetime) -> OrderState:
    """Let everything happen that is due."""
    gate, notifications = timers.tick(case.gate, now)
    return case.model_copy(update={"gate": gate, "notifications": (*case.notifications, *notifications)})


def settle_cancel(case: OrderState, stopped: bool, now: datetime) -> tuple[OrderState, JudgedDecision | None]:
    """Say what became of a cancel that shipping was asked about. Refused, the order goes on as if unasked."""
    decision = case.cancel_decision
    if decision is None:
        return case, None
    kind = VerdictKind.RECORDED if stopped else VerdictKind.CARRIER_HAS_IT
    verdict = Verdict(decision_id=decision.decision_id, kind=kind, at=now)
    update: dict[str, object] = {"cancel_decision": None}
    if not stopped:
        update["cancel"] = None
    return case.model_copy(update=update), JudgedDecision(decision=decision, verdict=verdict)


def _is_past_gate(case: OrderState) -> bool:
    outcome = case.gate.outcome
    approved = outcome is not None and outcome.kind is OutcomeKind.APPROVED
    return approved or case.status in {
        OrderStatus.APPROVED,
        OrderStatus.PAYMENT_CHARGED,
        OrderStatus.SHIPPING,
        OrderStatus.SHIPPED,
        OrderStatus.FAILED,
    }


def _judge_late_cancel(case: OrderState, decision: Decision, now: datetime) -> tuple[OrderState, Verdict]:
    def verdict(kind: VerdictKind, outcome: Outcome | None = None) -> Verdict:
        return Verdict(decision_id=decision.decision_id, kind=kind, at=now, outcome=outcome)

    refusal = rules.account_refusal(case.gate, decision) or rules.cancel_refusal(case.gate, decision)
    if refusal is not None:
        return case, verdict(refusal)
    if case.cancel is not None:
        return case, verdict(VerdictKind.ALREADY_OVER, case.cancel)
    if case.status is OrderStatus.SHIPPED:
        return case, verdict(VerdictKind.CARRIER_HAS_IT)
    if case.status.is_final:
        return case, verdict(VerdictKind.ALREADY_OVER)
    if decision.revision is not None and decision.revision != case.gate.revision:
        return case, verdict(VerdictKind.ORDER_CHANGED)
    if not rules.cancels_alone(case.gate, decision):
        needed = case.gate.tier.cancel_count if case.gate.tier else 1
        cancels = rules.add_cancel(case.gate, case.cancels, decision)
        if cancels is None:
            return case, verdict(VerdictKind.ALREADY_CANCELLED)
        case = case.model_copy(update={"cancels": cancels})
        if len(cancels) < needed:
            return case, rules.counted(decision, len(cancels), needed, now)
    cancel = Outcome(
        kind=OutcomeKind.CANCELLED,
        by=decision.actor,
        at=now,
        note=decision.note,
        override=rules.wants_override(decision),
    )
    update: dict[str, object] = {"cancel": cancel}
    if case.status is not OrderStatus.SHIPPING:
        return case.model_copy(update=update), verdict(VerdictKind.RECORDED)
    update["cancel_decision"] = decision
    return case.model_copy(update=update), verdict(VerdictKind.ASKED_SHIPPING)
