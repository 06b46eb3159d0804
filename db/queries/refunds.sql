-- name: insert_refund
-- Store a new refund, unless it is stored already.
INSERT INTO refunds (refund_id, order_id, requester, reason, tier, deadline, created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $7)
ON CONFLICT (refund_id) DO NOTHING
RETURNING refund_id;

-- name: move_refund
-- Change the status of a refund.
UPDATE refunds
SET
    status = $2::text::refund_status,
    ended_reason = COALESCE($3, ended_reason),
    updated_at = GREATEST(updated_at, $4)
WHERE refund_id = $1;

-- name: approvers_of_order
-- Who approved the order that is refunded.
SELECT DISTINCT actor_id
FROM decisions
WHERE
    order_id = $1 AND subject = 'order' AND kind = 'approve' AND actor_kind = 'slack_user'
    AND verdict = ANY ($2::text[])
ORDER BY actor_id;

-- name: ended_refund
-- The status of the latest refund of an order, and who made the last decision that took effect.
SELECT
    status::text AS status, ended_reason AS reason, updated_at,
    (
        SELECT actor_id
        FROM decisions
        WHERE decisions.order_id = refunds.order_id AND subject = 'refund' AND verdict = $2
        ORDER BY judged_at DESC
        LIMIT 1
    ) AS decided_by
FROM refunds
WHERE order_id = $1
ORDER BY created_at DESC
LIMIT 1;
