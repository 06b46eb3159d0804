-- name: no_hurry
-- Reading the whole log takes as long as it takes, and so does whoever reads along; ends with the transaction.
SELECT
    set_config('statement_timeout', '0', true),
    set_config('idle_in_transaction_session_timeout', '0', true);

-- name: audit_horizon
-- The newest event up to which all are there for good.
SELECT audit_horizon();

-- name: audited_by_order
-- The whole log, or that of one order, as its chains run.
SELECT
    event_id, order_id, position, event_key, type, actor, detail::text AS detail,
    CASE WHEN isfinite(occurred_at) THEN (extract(EPOCH FROM occurred_at) * 1000000)::bigint END AS occurred_at,
    CASE WHEN isfinite(recorded_at) THEN (extract(EPOCH FROM recorded_at) * 1000000)::bigint END AS recorded_at,
    previous_hash, hash
FROM workflow_events
WHERE $1::text IS NULL OR order_id = $1
ORDER BY order_id, position;

-- name: audited_by_time
-- What was written from a moment on and before another, up to an event, in the order in which it was written.
SELECT
    event_id, order_id, position, event_key, type, actor, detail::text AS detail,
    CASE WHEN isfinite(occurred_at) THEN (extract(EPOCH FROM occurred_at) * 1000000)::bigint END AS occurred_at,
    CASE WHEN isfinite(recorded_at) THEN (extract(EPOCH FROM recorded_at) * 1000000)::bigint END AS recorded_at,
    previous_hash, hash
FROM workflow_events
WHERE recorded_at >= $1 AND ($2::timestamptz IS NULL OR recorded_at < $2) AND event_id <= $3
ORDER BY event_id;

-- name: audited_ends
-- The last event of each order, up to an event.
SELECT DISTINCT ON (order_id) order_id, position, hash
FROM workflow_events
WHERE event_id <= $1
ORDER BY order_id, position DESC;
