"""Renders every message and modal of the bot with given words wherever text from outside can appear."""

from collections.abc import Callable
from datetime import timedelta

from bot.block_kit.text import Json, Message, mrkdwn, section
from bot.commands.delegate_command import InvalidDelegate, InvalidDelegateReason
from bot.commands.order_command import (
    MissingOrderId,
    UnknownCommand,
    UnknownList,
    Word,
)
from bot.ids import ListWhich
from bot.payloads.view_submissions.private_metadata import AmendModalMetadata
from bot.views import card_modals, delegation, notifications
from bot.views.amend_modal import amend_modal
from bot.views.card import card
from bot.views.help import not_understood
from bot.views.history import history
from bot.views.order_list import order_list
from bot.views.order_status import status, stored_status
from bot.views.refund import refund_message
from bot.views.reply import reply
from bot.views.sentences.decisions import over_sentence, verdict_sentence
from bot.views.sentences.questions import request_sentence
from orchestration.contracts.slack import NotifyPeople
from orchestration.domain.approval.decision import DecisionKind
from orchestration.domain.approval.gate import Answer, Gate, Question
from orchestration.domain.approval.notifications import Notification, NotificationKind
from orchestration.domain.approval.questions import RequestKind
from orchestration.domain.approval.verdict import Outcome, OutcomeKind, Verdict, VerdictKind
from orchestration.domain.card import order_card
from orchestration.domain.fields import MessageRef
from orchestration.domain.order.order import Order, OrderLine
from orchestration.domain.order.status import OrderStatus
from orchestration.domain.order.view import OrderView
from orchestration.domain.policy.tier import Escalation, Group, Requirement, Tier
from orchestration.domain.refund.refund import RefundRequest, RefundStatus, RefundView, refund_card
from orchestration.ports.audit_log import Event
from orchestration.ports.orders import FinalState, OrderPage, OrderRow
from orchestration.ports.workflows import Execution, FailingActivity
from tests.unit.bot.strategies import NOW
from tests.unit.bot.views.test_views import ALICE

REF = MessageRef(channel="C0APPROVE", ts="1700000000.000100")


def an_order(words: str) -> Order:
    """Worse than the domain lets through: nothing of it is validated."""
    line = OrderLine.model_construct(sku=words, description=words, quantity=2, unit_price=100)
    return Order.model_construct(
        order_id="ord-1",
        customer=words,
        lines=(line,),
        currency="EUR",
        requester=words,
        ship_to=words,
        note=words,
        tags=(words,),
        amount=200,
        payment_method="pm_card",
    )


def a_gate(words: str, outcome: OutcomeKind | None = None) -> Gate:
    """With questions, and a policy whose names are from a file that anybody may have written."""
    first = Requirement(group=words, members=("U0CAROL01", "S0FINANCE"), count=2)
    tier = Tier.model_construct(
        name=words,
        requirements=(first, Requirement(group="ops", members=("U0DAVE001",))),
        escalations=(
            Escalation(after=timedelta(hours=1), groups=(Group(group=words, members=()),), counts_for=()),
        ),
        expires_after=timedelta(hours=1),
    )
    answer = Answer(by=ALICE, at=NOW, text=words)
    question = Question(question_id="q-1", by=ALICE, at=NOW, text=words, answer=answer)
    ended = Outcome(kind=outcome, by=ALICE, at=NOW, note=words) if outcome else None
    return Gate(
        requester="U0BOB0001",
        tier=tier,
        deadline=NOW,
        level=1,
        questions=(question, question.model_copy(update={"answer": None})),
        outcome=ended,
    )


def a_view(words: str, state: OrderStatus) -> OrderView:
    """An order that says them wherever it can."""
    waits = state is OrderStatus.PENDING_MANUAL_APPROVAL
    return OrderView.model_construct(
        order_id="ord-1",
        version=3,
        status=state,
        order=an_order(words),
        gate=a_gate(words, None if waits else OutcomeKind.APPROVED),
        cancel=None if waits else Outcome(kind=OutcomeKind.CANCELLED, by=ALICE, at=NOW, note=words),
        payment=OrderView.model_fields["payment"].default,
        tracking=words,
        reason=words,
        waiting_for=words,
        card=REF,
        card_version=1,
        card_problem=words,
        changes=(),
        updated_at=NOW,
    )


def a_refund(words: str, state: RefundStatus) -> RefundView:
    """Of a shipped order."""
    waits = state is RefundStatus.PENDING_MANUAL_APPROVAL
    request = RefundRequest.model_construct(order_id="ord-1", requester=words, reason=words)
    return RefundView.model_construct(
        refund_id="r-1",
        order_id="ord-1",
        version=1,
        status=state,
        request=request,
        order=an_order(words),
        gate=a_gate(words, None if waits else OutcomeKind.CANCELLED),
        steps=(),
        reason=words,
        card=REF,
        card_version=1,
        updated_at=NOW,
    )


def _notified(words: str, kind: NotificationKind) -> NotifyPeople:
    shown = order_card(a_view(words, OrderStatus.PENDING_MANUAL_APPROVAL))
    number = 1
    return NotifyPeople.model_construct(
        card_view=shown,
        card=REF,
        notification=Notification(kind=kind, number=number, at=NOW),
        people=(),
        excluded=(),
        channels=(),
    )


def _execution(words: str) -> Execution:
    return Execution(
        "order-ord-1", "run", "RUNNING", NOW, None, (FailingActivity("post_card", 3, words, NOW),)
    )


def _history(words: str) -> Message:
    detail: dict[str, object] = {
        "reason": words,
        "note": words,
        "text": words,
        "tier": words,
        "kind": words,
        "verdict": words,
        "on_behalf_of": words,
    }
    types = ["decision.recorded", "status.FAILED", "information.given", "policy.resolved", "refund.FAILED"]
    types += [f"{words}.{words}", f"decision.{words}", f"gate.{words}"]
    return history(
        "ord-1", [Event(1, "ord-1", each, f"operator:{words}", detail, NOW, NOW) for each in types]
    )


def _said(sentence: str | None) -> Message:
    assert sentence is not None
    return Message(text=sentence, blocks=[section(mrkdwn(sentence))])


def _row(words: str) -> OrderRow:
    return OrderRow(an_order(words), OrderStatus.FAILED, 1, words, NOW, words, NOW, NOW)


def _verdict(words: str, kind: VerdictKind) -> Verdict:
    return Verdict(decision_id="d", kind=kind, at=NOW, detail=words, by=words, on_behalf_of=words)


def _modal(view: Json) -> Message:
    return Message(text="", blocks=[{"view": view}])


Surface = Callable[[str], Message]
SURFACES: dict[str, Surface] = {
    **{
        f"card {state}": lambda words, state=state: card(order_card(a_view(words, state)))  # type: ignore[misc]
        for state in OrderStatus
    },
    **{
        f"refund card {state}": lambda words, state=state: card(refund_card(a_refund(words, state)))  # type: ignore[misc]
        for state in RefundStatus
    },
    **{
        f"status {state}": lambda words, state=state: status(  # type: ignore[misc]
            a_view(words, state), _execution(words), a_refund(words, RefundStatus.FAILED)
        )
        for state in OrderStatus
    },
    **{
        f"{kind} {where.__name__}": lambda words, kind=kind, where=where: where(_notified(words, kind))  # type: ignore[misc]
        for kind in NotificationKind
        for where in (notifications.direct, notifications.in_channel)
    },
    **{
        f"{kind} in the thread": lambda words, kind=kind: notifications.in_thread(
            _notified(words, kind), ("U0X000001",)
        )  # type: ignore[misc]
        for kind in NotificationKind
    },
    "stored status": lambda words: stored_status(_row(words), _execution(words), "no worker answers"),
    "list": lambda words: order_list(OrderPage((_row(words),), None), ListWhich.ALL),
    "history": _history,
    "reply": reply,
    "refund": lambda words: refund_message(a_refund(words, RefundStatus.PENDING_MANUAL_APPROVAL)),
    "unknown word": lambda words: not_understood(UnknownCommand(words, ())),
    "status of what": lambda words: not_understood(MissingOrderId(Word.STATUS, words)),
    "amend what": lambda words: not_understood(MissingOrderId(Word.AMEND, words)),
    "refund what": lambda words: not_understood(MissingOrderId(Word.REFUND, words)),
    "list of what": lambda words: not_understood(UnknownList(words)),
    **{
        f"delegate {why}": lambda words, why=why: delegation.invalid(InvalidDelegate(why, words))  # type: ignore[misc]
        for why in InvalidDelegateReason
        if why is not InvalidDelegateReason.NO_END  # that one repeats nothing
    },
    "complaint": delegation.complaint,
    "ended delegation": lambda words: delegation.ended(1, words),
    "already over": lambda words: _said(
        over_sentence("order ord-1", FinalState("was cancelled", NOW, words, words))
    ),
    "refused change": lambda words: _said(
        verdict_sentence(_verdict(words, VerdictKind.REFUSED), DecisionKind.APPROVE, "order ord-1")
    ),
    "already approved": lambda words: _said(
        verdict_sentence(_verdict(words, VerdictKind.ALREADY_APPROVED), DecisionKind.APPROVE, "order ord-1")
    ),
    "refused amendment": lambda words: _said(
        request_sentence(_verdict(words, VerdictKind.REFUSED), RequestKind.AMENDMENT, "order ord-1")
    ),
    "amend form": lambda words: _modal(
        amend_modal(AmendModalMetadata(order_id="ord-1", revision=1, channel="C0A"), an_order(words))
    ),
    "sorry": lambda words: _modal(card_modals.error_modal(words)),
}
