"""Orders with decisions that are refused, come too late, or are made for somebody else."""

from datetime import UTC, datetime, timedelta

from temporalio.client import Client
from temporalio.exceptions import ApplicationError

from orchestration.contracts import names
from orchestration.contracts.activities import OrderActivity
from orchestration.contracts.slack import SlackActivity
from orchestration.domain.actor import Account, Actor, ActorKind, Delegation, Surface
from orchestration.domain.approval.decision import DecisionRequest
from orchestration.domain.approval.questions import MAX_QUESTIONS
from orchestration.domain.approval.verdict import VerdictKind
from orchestration.domain.order.status import OrderStatus
from orchestration.domain.policy.tier import ExpiryStatus, Group, Override
from tests.replay.scenarios.base import Scenario
from tests.support.orders import an_order
from tests.support.policy import a_tier
from tests.workflows.fake_activities import APPROVER, OTHER_APPROVER, STRANGER, FakeActivities, Pause
from tests.workflows.running_order import CHEAPER, RunningOrder, start, start_and_wait

OPERATOR, BARRED = "operator:ops", "U0SALES01"


async def refused_in_every_way(client: Client, fakes: FakeActivities, order_id: str) -> RunningOrder:
    """Decisions, questions, answers and an amendment are refused; an operator approves with a reason."""
    fakes.tier = a_tier(
        *(APPROVER, OTHER_APPROVER, BARRED),
        count=2,
        cancel_count=2,
        barred=(Group(group="sales", members=(BARRED,)),),
        override=Override.WITH_REASON,
    )
    fakes.failing(OrderActivity.CHECK_AMENDMENT, ApplicationError("too much for us", non_retryable=True))
    case = await start_and_wait(client, fakes, order_id)
    await case.approve(BARRED, "d-1")
    await case.approve(STRANGER, "d-2", override=True)
    await case.approve(OPERATOR, "d-3")
    await case.approve(APPROVER, "d-4")
    await case.approve(APPROVER, "d-5")
    await case.cancel(OTHER_APPROVER, "d-6")
    await case.cancel(OTHER_APPROVER, "d-7")
    await case.answer(answer_id="a-0")
    await case.ask()
    await case.answer(STRANGER, "a-1")
    await case.answer(answer_id="a-2")
    await case.answer(answer_id="a-3")
    await case.amend(lines=CHEAPER)
    await case.approve(OPERATOR, "d-8", note="the office cannot wait")
    return case


async def too_many_questions(client: Client, fakes: FakeActivities, order_id: str) -> RunningOrder:
    """More questions are asked than are allowed, and the last is refused."""
    case = await start_and_wait(client, fakes, order_id)
    for number in range(MAX_QUESTIONS + 1):
        await ask_quietly(case, number)
    verdict = await case.verdict(f"q-{MAX_QUESTIONS}")
    assert verdict.kind is VerdictKind.TOO_MANY
    await case.approve(APPROVER)
    return case


async def cancelled_while_waiting(client: Client, fakes: FakeActivities, order_id: str) -> RunningOrder:
    """An approver cancels with a reason; the tier does not let the operator decide."""
    fakes.tier = a_tier(APPROVER, override=Override.NEVER)
    case = await start_and_wait(client, fakes, order_id)
    await case.approve(OPERATOR, "d-1", note="urgent")
    await case.cancel(APPROVER, note="no budget left")
    return case


async def cancelled_before_the_gate_opened(
    client: Client, fakes: FakeActivities, order_id: str
) -> RunningOrder:
    """An operator cancels before anybody is asked to approve."""
    pause = Pause(fakes, OrderActivity.VALIDATE)
    case = await start(client, fakes, an_order(order_id=order_id))
    await pause.reached.wait()
    await case.cancel(OPERATOR)
    pause.go_on.set()
    return case


async def cancelled_by_temporal_while_waiting(
    client: Client, fakes: FakeActivities, order_id: str
) -> RunningOrder:
    """The workflow is cancelled in Temporal, as from the Web UI, while it waits for approval."""
    case = await start_and_wait(client, fakes, order_id)
    await case.handle.cancel()
    return case


async def clicked_when_it_was_over(client: Client, fakes: FakeActivities, order_id: str) -> RunningOrder:
    """Another approver clicks while the payment is being charged."""
    pause = Pause(fakes, OrderActivity.CHARGE)
    case = await start_and_wait(client, fakes, order_id)
    await case.approve(APPROVER)
    await pause.reached.wait()
    await case.approve(OTHER_APPROVER, "d-late")
    pause.go_on.set()
    return case


async def clicked_when_it_had_expired(client: Client, fakes: FakeActivities, order_id: str) -> RunningOrder:
    """An approver clicks after the deadline, before the card shows the expiry."""
    pause = Pause(fakes, SlackActivity.UPDATE_CARD)
    fakes.tier = a_tier(APPROVER, expires_after=timedelta(seconds=1))
    case = await start(client, fakes, an_order(order_id=order_id))
    await case.reach(OrderStatus.EXPIRED)
    await pause.reached.wait()
    await case.approve(APPROVER, decided_at=datetime.now(UTC))
    pause.go_on.set()
    return case


async def expired_as_cancelled(client: Client, fakes: FakeActivities, order_id: str) -> RunningOrder:
    """The tier ends orders as cancelled when their time is over."""
    fakes.tier = a_tier(APPROVER, expires_after=timedelta(seconds=1), expires_as=ExpiryStatus.CANCELLED)
    return await start(client, fakes, an_order(order_id=order_id))


async def approved_by_two(client: Client, fakes: FakeActivities, order_id: str) -> RunningOrder:
    """The second approval is given by a delegate of an approver."""
    fakes.tier = a_tier(APPROVER, OTHER_APPROVER, count=2)
    case = await start_and_wait(client, fakes, order_id)
    await case.approve(APPROVER)
    delegate = Actor(
        kind=ActorKind.SLACK_USER, id="U0DAVE001", delegations=(Delegation(person=OTHER_APPROVER),)
    )
    decided_at = datetime(2020, 1, 1, tzinfo=UTC)
    request = DecisionRequest(decision_id="d-2", actor=delegate, surface=Surface.HOME, decided_at=decided_at)
    await case.handle.signal(names.APPROVE_SIGNAL, request)
    return case


async def clicked_by_accounts_that_may_not(
    client: Client, fakes: FakeActivities, order_id: str
) -> RunningOrder:
    """A guest and an unknown account click; then the same person as a member."""
    case = await start_and_wait(client, fakes, order_id)
    for number, account in enumerate((Account.GUEST, Account.UNKNOWN, Account.MEMBER)):
        actor = Actor(kind=ActorKind.SLACK_USER, id=APPROVER, account=account)
        now = datetime.now(UTC)
        request = DecisionRequest(
            decision_id=f"d-{number}", actor=actor, surface=Surface.BUTTON, decided_at=now
        )
        await case.handle.signal(names.APPROVE_SIGNAL, request)
        await case.verdict(f"d-{number}")
    return case


async def ask_quietly(case: RunningOrder, number: int) -> None:
    """Ask without waiting for the answer, so that many questions come at once."""
    await case.handle.signal(
        names.ASK_QUESTION_SIGNAL,
        {
            "question_id": f"q-{number}",
            "actor": {"kind": "slack_user", "id": APPROVER},
            "surface": "modal",
            "asked_at": "2020-01-01T00:00:00Z",
            "text": "Which?",
        },
    )


SCENARIOS: tuple[Scenario, ...] = (
    refused_in_every_way,
    too_many_questions,
    cancelled_while_waiting,
    cancelled_before_the_gate_opened,
    cancelled_by_temporal_while_waiting,
    clicked_when_it_was_over,
    clicked_when_it_had_expired,
    expired_as_cancelled,
    approved_by_two,
    clicked_by_accounts_that_may_not,
)
