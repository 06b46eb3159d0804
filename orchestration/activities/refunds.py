"""The activity that opens a refund: it checks the request, and finds who has to approve it."""

import re

from pydantic import ValidationError
from temporalio import activity

from orchestration.activities.clock import now
from orchestration.activities.tier_lookup import resolve
from orchestration.contracts.activities import OpenedRefund, OpenRefund, RefundActivity
from orchestration.domain.errors import FieldProblem, NoMatchingTier, OrderRefused
from orchestration.domain.order.order import Order, problems_of
from orchestration.domain.order.status import OrderStatus
from orchestration.domain.policy.approval_policy import Subject
from orchestration.domain.refund.refund import RefundRequest
from orchestration.ports.payments import PaymentStatus, Refundable, RefundStore
from orchestration.ports.policy import PolicySource

_SLACK_USER = re.compile(r"[UW][A-Z0-9]{2,30}")


class RefundActivities:
    """May be retried. The money is paid back by `PaymentActivities.refund`."""

    def __init__(self, store: RefundStore, policy: PolicySource) -> None:
        self._store = store
        self._policy = policy

    @activity.defn(name=RefundActivity.OPEN)
    async def open_refund(self, wanted: OpenRefund) -> OpenedRefund:
        """Parse and store the request. Raises OrderRefused if the order cannot be refunded."""
        try:
            return await self._open(wanted)
        except OrderRefused as refused:
            await self._store.refuse(wanted.refund_id, wanted.order_id, refused.problems, now())
            raise

    async def _open(self, wanted: OpenRefund) -> OpenedRefund:
        request = _parse(wanted)
        found = await self._store.find_refundable(request.order_id)
        problem = _objection(found)
        if found is None or problem is not None:
            raise OrderRefused((FieldProblem(field="order_id", message=problem or "there is no such order"),))
        order = found.order
        try:
            resolved = await resolve(
                self._policy.current, order, Subject.REFUND, wanted.run_deadline, self._approvers
            )
        except NoMatchingTier as error:
            raise OrderRefused((FieldProblem(field="amount", message=str(error)),)) from None
        if resolved.tier is None and _is_somebody_else(request.requester, order):
            message = f"may only be {order.requester} where nobody else has to agree"
            raise OrderRefused((FieldProblem(field="requester", message=message),))
        await self._store.open(wanted.refund_id, request, resolved, resolved.resolved_at)
        return OpenedRefund(request=request, order=order, resolved=resolved)

    async def _approvers(self, order: Order) -> tuple[str, ...]:
        # Those who approved the order itself, not the customer's previous order.
        return await self._store.approvers_of(order.order_id)


def _parse(wanted: OpenRefund) -> RefundRequest:
    try:
        request = RefundRequest.model_validate(wanted.request)
    except ValidationError as error:
        raise OrderRefused(problems_of(error)) from None
    if request.order_id != wanted.order_id:
        message = f"is {request.order_id!r}, and the workflow was started for {wanted.order_id!r}"
        raise OrderRefused((FieldProblem(field="order_id", message=message),))
    return request


def _is_somebody_else(requester: str, order: Order) -> bool:
    """Whether a Slack user requests the refund of an order that somebody else had requested.

    Other requesters, which are services and operators at the command line, are trusted.
    """
    return requester != order.requester and _SLACK_USER.fullmatch(requester) is not None


def _objection(found: Refundable | None) -> str | None:
    if found is None:
        return "there is no such order"
    if found.payment is PaymentStatus.REFUNDED:
        return "has been refunded already"
    if found.status is not OrderStatus.SHIPPED or found.payment is not PaymentStatus.CHARGED:
        return f"is {found.status}: only an order that was shipped and paid can be refunded"
    return None
