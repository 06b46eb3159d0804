"""The state of an order in its workflow: status, gate, and a cancel after the approval. Pure functions.

`OrderWorkflow` holds one `OrderState` and replaces it with what these functions return.
"""

from datetime import datetime

from orchestration.domain.approval import permissions, rules, timers
from orchestration.domain.approval.decision import Decision, DecisionKind
from orchestration.domain.approval.gate import Gate
from orchestration.domain.approval.notifications import Notification
from orchestration.domain.approval.verdict import JudgedDecision, Outcome, OutcomeKind, Verdict, VerdictKind
from orchestration.domain.model import FrozenModel
from orchestration.domain.order.status import OrderStatus, check_transition


class StatusChange(FrozenModel):
    """A change of the order's status. `reason` is set for failures, cancels and expiry."""

    to: OrderStatus
    at: datetime
    reason: str | None = None


class OrderState(FrozenModel):
    """The state of an order. `cancel` is a cancel that was accepted after the approval."""

    gate: Gate
    status: OrderStatus = OrderStatus.CREATED
    changes: tuple[StatusChange, ...] = ()
    cancel: Outcome | None = None
    cancels: tuple[Decision, ...] = ()
    """Cancels so far after the approval, for a tier that needs several."""
    cancel_decision: Decision | None = None
    held: tuple[Decision, ...] = ()
    notifications: tuple[Notification, ...] = ()
    """Notifications that are still to be sent."""


def advance(state: OrderState, to: OrderStatus, at: datetime, reason: str | None = None) -> OrderState:
    """Change the status. Raises TransitionNotAllowed if the transition table does not list the change."""
    check_transition(state.status, to)
    change = StatusChange(to=to, at=at, reason=reason)
    return state.model_copy(update={"status": to, "changes": (*state.changes, change)})


def judge(state: OrderState, decision: Decision, now: datetime) -> tuple[OrderState, JudgedDecision]:
    """Judge a decision, whatever the status of the order. Never raises."""
    if decision.kind is DecisionKind.CANCEL and _is_past_gate(state):
        state, verdict = _judge_late_cancel(state, decision, now)
    elif state.status.is_final and state.gate.outcome is None:
        # The order failed before its gate opened.
        verdict = Verdict(decision_id=decision.decision_id, kind=VerdictKind.ALREADY_OVER, at=now)
    else:
        return judge_at_gate(state, decision, now)
    return state, JudgedDecision(decision=decision, verdict=verdict)


def judge_at_gate(state: OrderState, decision: Decision, now: datetime) -> tuple[OrderState, JudgedDecision]:
    """Judge a decision at the gate, after the timers that were due at the time of the click.

    So a click by people whom an escalation asked counts, even if no worker ran when it was due.
    """
    gate, notifications = timers.fire_due_timers(state.gate, min(decision.decided_at, now), expire=False)
    gate, verdict = rules.judge(gate, decision, now)
    update: dict[str, object] = {"gate": gate, "notifications": (*state.notifications, *notifications)}
    if verdict.kind is VerdictKind.HELD:
        update["held"] = (*state.held, decision)
    return state.model_copy(update=update), JudgedDecision(decision=decision, verdict=verdict)


def release_held(state: OrderState) -> tuple[OrderState, tuple[Decision, ...]]:
    """Remove and return the decisions from before the gate opened, in their order, to be judged again."""
    return state.model_copy(update={"held": ()}), state.held


def tick(state: OrderState, now: datetime) -> OrderState:
    """Fire the gate's timers that are due."""
    gate, notifications = timers.fire_due_timers(state.gate, now)
    return state.model_copy(update={"gate": gate, "notifications": (*state.notifications, *notifications)})


def settle_cancel(
    state: OrderState, stopped: bool, now: datetime
) -> tuple[OrderState, JudgedDecision | None]:
    """Give the final verdict on a cancel that the shipping workflow was asked about.

    If shipping could not be stopped, the cancel is dropped.
    """
    decision = state.cancel_decision
    if decision is None:
        return state, None
    kind = VerdictKind.RECORDED if stopped else VerdictKind.CARRIER_HAS_IT
    verdict = Verdict(decision_id=decision.decision_id, kind=kind, at=now)
    update: dict[str, object] = {"cancel_decision": None}
    if not stopped:
        update["cancel"] = None
    return state.model_copy(update=update), JudgedDecision(decision=decision, verdict=verdict)


def _is_past_gate(state: OrderState) -> bool:
    outcome = state.gate.outcome
    approved = outcome is not None and outcome.kind is OutcomeKind.APPROVED
    return approved or state.status in {
        OrderStatus.APPROVED,
        OrderStatus.PAYMENT_CHARGED,
        OrderStatus.SHIPPING,
        OrderStatus.SHIPPED,
        OrderStatus.FAILED,
    }


def _judge_late_cancel(state: OrderState, decision: Decision, now: datetime) -> tuple[OrderState, Verdict]:
    def verdict(kind: VerdictKind, outcome: Outcome | None = None) -> Verdict:
        return Verdict(decision_id=decision.decision_id, kind=kind, at=now, outcome=outcome)

    refusal = permissions.account_refusal(state.gate, decision) or permissions.cancel_refusal(
        state.gate, decision
    )
    if refusal is not None:
        return state, verdict(refusal)
    if state.cancel is not None:
        return state, verdict(VerdictKind.ALREADY_OVER, state.cancel)
    if state.status is OrderStatus.SHIPPED:
        return state, verdict(VerdictKind.CARRIER_HAS_IT)
    if state.status.is_final:
        return state, verdict(VerdictKind.ALREADY_OVER)
    if decision.revision is not None and decision.revision != state.gate.revision:
        return state, verdict(VerdictKind.ORDER_CHANGED)
    if not permissions.cancels_alone(state.gate, decision):
        needed = state.gate.tier.cancel_count if state.gate.tier else 1
        cancels = permissions.add_cancel(state.gate, state.cancels, decision)
        if cancels is None:
            return state, verdict(VerdictKind.ALREADY_CANCELLED)
        state = state.model_copy(update={"cancels": cancels})
        if len(cancels) < needed:
            return state, rules.counted_verdict(decision, len(cancels), needed, now)
    cancel = Outcome(
        kind=OutcomeKind.CANCELLED,
        by=decision.actor,
        at=now,
        note=decision.note,
        override=permissions.wants_override(decision),
    )
    update: dict[str, object] = {"cancel": cancel}
    if state.status is not OrderStatus.SHIPPING:
        return state.model_copy(update=update), verdict(VerdictKind.RECORDED)
    update["cancel_decision"] = decision
    return state.model_copy(update=update), verdict(VerdictKind.ASKED_SHIPPING)
