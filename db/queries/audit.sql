-- name: lift_time_limits
-- Lift the time limits until the end of the transaction: reading the whole audit log takes long.
SELECT
    set_config('statement_timeout', '0', true),
    set_config('idle_in_transaction_session_timeout', '0', true);

-- name: audit_horizon
-- The newest event_id up to which no event can be added any more.
SELECT audit_horizon();

-- name: audited_by_order
-- The whole audit log, or that of one order, in the order of its hash chains.
SELECT
    event_id, order_id, position, event_key, type, actor, detail::text AS detail,
    CASE WHEN isfinite(occurred_at) THEN (extract(EPOCH FROM occurred_at) * 1000000)::bigint END AS occurred_at,
    CASE WHEN isfinite(recorded_at) THEN (extract(EPOCH FROM recorded_at) * 1000000)::bigint END AS recorded_at,
    previous_hash, hash
FROM workflow_events
WHERE $1::text IS NULL OR order_id = $1
ORDER BY order_id, position;

-- name: audited_by_time
-- The events recorded from $1 on and before $2, up to event $3, in the order in which they were written.
SELECT
    event_id, order_id, position, event_key, type, actor, detail::text AS detail,
    CASE WHEN isfinite(occurred_at) THEN (extract(EPOCH FROM occurred_at) * 1000000)::bigint END AS occurred_at,
    CASE WHEN isfinite(recorded_at) THEN (extract(EPOCH FROM recorded_at) * 1000000)::bigint END AS recorded_at,
    previous_hash, hash
FROM workflow_events
WHERE recorded_at >= $1 AND ($2::timestamptz IS NULL OR recorded_at < $2) AND event_id <= $3
ORDER BY event_id;

-- name: audited_heads
-- The last event of each order, up to event $1.
SELECT DISTINCT ON (order_id) order_id, position, hash
FROM workflow_events
WHERE event_id <= $1
ORDER BY order_id, position DESC;
