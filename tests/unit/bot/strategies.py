"""Hypothesis strategies for orders and views, with texts worse than the domain would accept."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from orchestration.domain.actor import SYSTEM, Actor, ActorKind, Surface
from orchestration.domain.approval.decision import Decision, DecisionKind
from orchestration.domain.approval.gate import Gate
from orchestration.domain.approval.verdict import Outcome, OutcomeKind
from orchestration.domain.currency import CURRENCIES
from orchestration.domain.order.order import Order, OrderLine
from orchestration.domain.order.status import OrderStatus
from orchestration.domain.order.view import OrderView, PaymentState
from orchestration.domain.policy.tier import Requirement, Tier
from orchestration.ports.workflows import Execution, FailingActivity

NOW = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
NASTY = [
    "<!channel>",
    "<@U0ALICE01>",
    "<https://evil.example|Approve>",
    "*bold*",
    "&amp;",
    "👩‍👩‍👧‍👦",
    "`",
    "\n> quote",
    "~",
    ":tada:",
]

# As the domain lets them through, then as long as anybody may dream of.
words = st.one_of(
    st.sampled_from(NASTY),
    st.lists(st.sampled_from([*NASTY, "a", " ", "ü", "漢"]), min_size=1, max_size=80).map("".join),
    st.text(min_size=1, max_size=300),
    st.sampled_from(["x" * 10_000, "<" * 10_000, "👩‍👩‍👧‍👦" * 2_000]),
)
order_ids = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", fullmatch=True)
actor_ids = st.one_of(
    st.sampled_from(["U0ALICE01", "W0EVE0001", "svc-import", "root@host"]),
    st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._:@-]{0,63}", fullmatch=True),
)
times = st.integers(0, 10**7).map(lambda seconds: NOW + timedelta(seconds=seconds))
actors = st.one_of(
    st.just(SYSTEM),
    st.builds(lambda kind, id: Actor(kind=kind, id=id), st.sampled_from(ActorKind), actor_ids),
)
outcomes = st.builds(
    lambda kind, by, at, note: Outcome(kind=kind, by=by, at=at, note=note),
    st.sampled_from(OutcomeKind),
    actors,
    times,
    st.none() | words,
)
lines = st.builds(
    lambda description, quantity, price: OrderLine.model_construct(
        sku="S" * 64, description=description, quantity=quantity, unit_price=price
    ),
    words,
    st.integers(1, 10**6),
    st.integers(1, 10**12),
)
orders = st.builds(
    lambda order_id, customer, lines, currency, requester, ship_to, note, amount: Order.model_construct(
        order_id=order_id,
        customer=customer,
        lines=tuple(lines),
        currency=currency,
        requester=requester,
        ship_to=ship_to,
        note=note,
        amount=amount,
    ),
    order_ids,
    words,
    st.lists(lines, min_size=1, max_size=8),
    st.sampled_from(sorted(CURRENCIES)),
    actor_ids,
    words,
    st.none() | words,
    st.integers(0, 10**12),
)
tiers = st.builds(
    lambda name, members, count: Tier(
        name=name,
        requirements=(Requirement(group="approvers", members=tuple(members), count=count),),
        expires_after=timedelta(hours=1),
    ),
    words,
    st.lists(actor_ids | st.just("S0FINANCE"), min_size=1, max_size=60),
    st.integers(1, 60),
)


def _approval(actor: Actor) -> Decision:
    return Decision(
        decision_id="d-1",
        actor=actor,
        surface=Surface.BUTTON,
        decided_at=NOW,
        kind=DecisionKind.APPROVE,
        note=None,
    )


gates = st.builds(
    lambda tier, deadline, by, outcome, revision: Gate(
        requester="U0BOB0001",
        revision=revision,
        tier=tier,
        deadline=deadline,
        approvals=tuple(map(_approval, by)),
        outcome=outcome,
    ),
    st.none() | tiers,
    st.none() | times,
    st.lists(actors, max_size=12),
    st.none() | outcomes,
    st.integers(1, 10**6),
)
views = st.builds(
    lambda order, order_id, status, gate, cancel, payment, tracking, reason, waiting, problem: OrderView(
        order_id=order.order_id if order else order_id,
        version=1,
        status=status,
        order=None,
        gate=gate,
        cancel=cancel,
        payment=payment,
        tracking=tracking,
        reason=reason,
        waiting_for=waiting,
        card_problem=problem,
        updated_at=NOW,
    ).model_copy(update={"order": order}),
    st.none() | orders,
    order_ids,
    st.sampled_from(OrderStatus),
    gates,
    st.none() | outcomes,
    st.sampled_from(PaymentState),
    st.none() | words,
    st.none() | words,
    st.none() | words,
    st.none() | words,
)
executions = st.builds(
    lambda status, closed, troubles: Execution("order-x", "run", status, NOW, closed, tuple(troubles)),
    st.sampled_from(["RUNNING", "COMPLETED", "TIMED_OUT"]),
    st.none() | times,
    st.lists(
        st.builds(FailingActivity, st.just("post_card"), st.integers(1, 999), words, st.none() | times),
        max_size=7,
    ),
)
