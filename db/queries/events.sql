-- name: append_events
-- Write events of one order in the given order, and return the keys of those that were not there yet.
INSERT INTO workflow_events (order_id, event_key, type, actor, detail, occurred_at)
SELECT $1, event.key, event.type, event.actor, event.detail::jsonb, COALESCE(event.at, clock_timestamp())
FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[])
    WITH ORDINALITY AS event (key, type, actor, detail, at, position)
ORDER BY event.position
ON CONFLICT (order_id, event_key) DO NOTHING
RETURNING event_key;

-- name: history_of_order
-- The audit log of one order, oldest first.
SELECT event_id, order_id, type, actor, detail, occurred_at, recorded_at
FROM workflow_events
WHERE order_id = $1
ORDER BY position;

-- name: status_events
-- The status changes of one order that are in its audit log.
SELECT type, detail, occurred_at
FROM workflow_events
WHERE order_id = $1 AND event_key LIKE 'status.%'
ORDER BY position;
