"""The activities that charge and refund a payment, each once however often they are retried."""

from temporalio import activity

from orchestration.activities.clock import now
from orchestration.contracts.activities import ChargePayment, OrderActivity, RefundPayment
from orchestration.domain.currency import format_amount
from orchestration.domain.order.status import OrderStatus
from orchestration.ports.payments import PaymentStatus, PaymentStore
from orchestration.ports.services import (
    Charge,
    PaymentDeclined,
    PaymentGateway,
    UnclearGatewayAnswer,
    WrongAmountCharged,
)


class PaymentActivities:
    """The row in `payments` is claimed before the gateway is called; both use the same payment id."""

    def __init__(self, store: PaymentStore, gateway: PaymentGateway) -> None:
        self._store = store
        self._gateway = gateway

    @activity.defn(name=OrderActivity.CHARGE)
    async def charge(self, wanted: ChargePayment) -> None:
        """Charge once and store the result.

        Raises PaymentDeclined, UnclearGatewayAnswer, WrongAmountCharged.
        """
        payment = await self._store.claim(
            wanted.payment_id, wanted.amount, wanted.currency, wanted.pending_writes
        )
        if payment.status is PaymentStatus.DECLINED:
            raise PaymentDeclined("declined by the payment gateway")
        if payment.status is PaymentStatus.CLAIMED:
            try:
                charge = await self._ask_to_charge(wanted, may_have_charged=not payment.is_new)
            except PaymentDeclined as declined:
                await self._store.mark_declined(wanted.payment_id, str(declined), wanted.pending_writes)
                raise
            reference = charge.reference
        else:
            # An earlier attempt has charged; the store raises if the payment has been refunded since.
            reference = payment.charge_reference or ""
        await self._store.mark_charged(
            wanted.payment_id,
            reference,
            wanted.pending_writes.with_change(OrderStatus.PAYMENT_CHARGED, now()),
        )

    @activity.defn(name=OrderActivity.REFUND)
    async def refund(self, wanted: RefundPayment) -> bool:
        """Refund whatever was charged, and return whether anything was. Raises UnclearGatewayAnswer.

        The gateway looks for a charge by the payment id. If there is none, it closes the id, so that a charge
        that arrives later is declined.
        """
        payment = await self._store.find(wanted.payment_id)
        if payment is None or payment.status is PaymentStatus.DECLINED:
            await self._store.mark_voided(wanted.payment_id, wanted.pending_writes)
            return False
        if payment.status is PaymentStatus.REFUNDED:
            await self._store.mark_refunded(
                wanted.payment_id, payment.refund_reference or "", wanted.pending_writes
            )
            return True
        reference = await self._gateway.refund(wanted.payment_id)
        if reference is None:
            await self._store.mark_voided(wanted.payment_id, wanted.pending_writes)
            return False
        if not reference.strip():
            raise UnclearGatewayAnswer("the payment gateway refunded, and did not say under which reference")
        await self._store.mark_refunded(wanted.payment_id, reference, wanted.pending_writes)
        return True

    async def _ask_to_charge(self, wanted: ChargePayment, *, may_have_charged: bool) -> Charge:
        """Charge, unless the gateway knows a charge of an earlier attempt."""
        charge = await self._gateway.find(wanted.payment_id) if may_have_charged else None
        if charge is None:
            charge = await self._gateway.charge(
                wanted.payment_id, wanted.amount, wanted.currency, wanted.payment_method
            )
        if not charge.reference.strip():
            raise UnclearGatewayAnswer("the payment gateway charged, and did not say under which reference")
        if (charge.amount, charge.currency) != (wanted.amount, wanted.currency):
            took = format_amount(charge.amount, charge.currency)
            raise WrongAmountCharged(
                f"the payment gateway took {took} instead of {format_amount(wanted.amount, wanted.currency)}"
            )
        return charge
