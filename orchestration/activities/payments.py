"""Charge once, refund once."""

from temporalio import activity

from orchestration.activities.clock import now
from orchestration.contracts import ChargePayment, OrderActivity, RefundPayment
from orchestration.domain.order import OrderStatus
from orchestration.outside import PaymentDeclined, PaymentGateway
from orchestration.ports import PaymentStatus, PaymentStore


class PaymentActivities:
    """The row in `payments` is claimed before the gateway is asked, and both know the payment by one id."""

    def __init__(self, store: PaymentStore, gateway: PaymentGateway) -> None:
        self._store = store
        self._gateway = gateway

    @activity.defn(name=OrderActivity.CHARGE)
    async def charge(self, wanted: ChargePayment) -> None:
        """Charge, however often this is repeated, once. Raises PaymentDeclined."""
        payment = await self._store.claim(wanted.payment_id, wanted.amount, wanted.currency, wanted.journal)
        if payment.status is PaymentStatus.DECLINED:
            raise PaymentDeclined("declined by the payment gateway")
        if payment.status is PaymentStatus.CLAIMED:
            try:
                charge = await self._gateway.charge(
                    wanted.payment_id, wanted.amount, wanted.currency, wanted.payment_method
                )
            except PaymentDeclined as declined:
                await self._store.mark_declined(wanted.payment_id, str(declined), wanted.journal)
                raise
            reference = charge.reference
        else:
            # An earlier try got this far; the store refuses if it has been refunded since.
            reference = payment.charge_reference or ""
        await self._store.mark_charged(
            wanted.payment_id, reference, wanted.journal.then(OrderStatus.PAYMENT_CHARGED, now())
        )

    @activity.defn(name=OrderActivity.REFUND)
    async def refund(self, wanted: RefundPayment) -> bool:
        """Give back whatever was taken. Returns whether anything had been.

        A charge whose answer was lost is asked about by its id; if there is none, the id is closed for good.
        """
        payment = await self._store.find(wanted.payment_id)
        if payment is None or payment.status is PaymentStatus.DECLINED:
            await self._store.mark_voided(wanted.payment_id, wanted.journal)
            return False
        if payment.status is PaymentStatus.REFUNDED:
            await self._store.mark_refunded(wanted.payment_id, payment.refund_reference or "", wanted.journal)
            return True
        reference = await self._gateway.refund(wanted.payment_id)
        if reference is None:
            await self._store.mark_voided(wanted.payment_id, wanted.journal)
            return False
        await self._store.mark_refunded(wanted.payment_id, reference, wanted.journal)
        return True
