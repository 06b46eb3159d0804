-- name: claim_payment
-- Claim the payment of an order before its charge, unless it is claimed already or the order has ended.
INSERT INTO payments (payment_id, order_id, amount, currency)
SELECT $1, order_id, $3, $4
FROM orders
WHERE order_id = $2 AND status <> ALL ($5::text[]::order_status[])
ON CONFLICT (payment_id) DO NOTHING
RETURNING payment_id;

-- name: find_payment
-- The row of one payment.
SELECT payment_id, order_id, amount, currency, status::text AS status, charge_reference, refund_reference
FROM payments
WHERE payment_id = $1;

-- name: charge_payment
-- The gateway has charged the payment.
UPDATE payments
SET status = 'charged', charge_reference = $2, charged_at = clock_timestamp()
WHERE payment_id = $1 AND status = 'claimed'
RETURNING payment_id;

-- name: decline_payment
-- The gateway has declined the payment for good.
UPDATE payments
SET status = 'declined', decline_reason = $2, declined_at = clock_timestamp()
WHERE payment_id = $1 AND status = 'claimed'
RETURNING payment_id;

-- name: refund_payment
-- The gateway has refunded the payment. It is still claimed here if the answer to the charge was lost.
UPDATE payments
SET status = 'refunded', refund_reference = $2, refunded_at = clock_timestamp()
WHERE payment_id = $1 AND status IN ('claimed', 'charged')
RETURNING payment_id;

-- name: void_payment
-- The payment was not charged, and never will be.
UPDATE payments
SET status = 'voided', voided_at = clock_timestamp()
WHERE payment_id = $1 AND status = 'claimed'
RETURNING payment_id;
