-- name: insert_refund
-- Store a new refund, unless it is there.
INSERT INTO refunds (refund_id, order_id, requester, reason, tier, deadline, created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $7)
ON CONFLICT (refund_id) DO NOTHING
RETURNING refund_id;

-- name: move_refund
-- Take one step.
UPDATE refunds
SET
    status = $2::text::refund_status,
    ended_reason = COALESCE($3, ended_reason),
    updated_at = GREATEST(updated_at, $4)
WHERE refund_id = $1;

-- name: approvers_of_order
-- Who approved the order itself.
SELECT DISTINCT actor_id
FROM decisions
WHERE
    order_id = $1 AND subject = 'order' AND kind = 'approve' AND actor_kind = 'slack_user'
    AND verdict = ANY ($2::text[])
ORDER BY actor_id;
