-- name: busy_buckets
-- Where anybody alive waits, or Slack has asked to wait; what is long past is swept on the way.
WITH gone AS (
    DELETE FROM slack_queue
    WHERE (bucket, key) IN (
        SELECT bucket, key FROM slack_queue
        WHERE next_poll_at < clock_timestamp() - $2::interval
        FOR UPDATE SKIP LOCKED
    )
), forgotten AS (
    DELETE FROM slack_rate_limits
    WHERE bucket IN (
        SELECT bucket FROM slack_rate_limits
        WHERE greatest(next_free_at, blocked_until) < clock_timestamp() - $2::interval
        FOR UPDATE SKIP LOCKED
    )
)
SELECT bucket FROM slack_queue WHERE next_poll_at > clock_timestamp() - $1::interval
UNION
SELECT bucket FROM slack_rate_limits WHERE blocked_until > clock_timestamp();

-- name: lock_bucket
-- Make all calls of one bucket take turns at asking for turns, until the end of the transaction.
INSERT INTO slack_rate_limits (bucket, interval_seconds, next_free_at, blocked_until)
VALUES ($1, $2, clock_timestamp(), clock_timestamp())
ON CONFLICT (bucket) DO UPDATE SET bucket = excluded.bucket
RETURNING interval_seconds, next_free_at, blocked_until, clock_timestamp() AS now;

-- name: enqueue_call
-- Wait in a bucket; who waits already keeps their place.
INSERT INTO slack_queue (bucket, key, order_id, priority, enqueued_at, next_poll_at)
VALUES ($1, $2, $3, $4, $5, $5)
ON CONFLICT (bucket, key) DO UPDATE SET priority = excluded.priority, next_poll_at = excluded.next_poll_at
RETURNING scheduled_at;

-- name: count_calls_ahead
-- How many go before this call, and how many of these have not been given a moment yet.
SELECT count(*) AS ahead, count(*) FILTER (WHERE other.scheduled_at IS NULL) AS unplaced
FROM slack_queue AS mine
JOIN slack_queue AS other ON other.bucket = mine.bucket
WHERE mine.bucket = $1 AND mine.key = $2
    AND other.next_poll_at > $3::timestamptz - $4::interval
    AND (coalesce(other.scheduled_at, 'infinity'), other.priority, other.enqueued_at, other.key)
        < (coalesce(mine.scheduled_at, 'infinity'), mine.priority, mine.enqueued_at, mine.key);

-- name: schedule_call
-- When this call asks again, and the moment that it has been given, if any.
UPDATE slack_queue SET next_poll_at = $3, scheduled_at = $4
WHERE bucket = $1 AND key = $2;

-- name: advance_bucket
-- The first moment that is free after somebody has been given one.
UPDATE slack_rate_limits SET next_free_at = $2
WHERE bucket = $1;

-- name: block_bucket
-- Slack has asked to wait until $2. Of calls that were under way together only the first slows the bucket down.
UPDATE slack_rate_limits
SET interval_seconds = CASE WHEN blocked_until > $3::timestamptz THEN interval_seconds ELSE least($5::float8, interval_seconds * $4::float8) END,
    next_free_at = greatest(next_free_at, $3) + greatest(interval '0', $2::timestamptz - greatest(blocked_until, $3::timestamptz)),
    blocked_until = greatest(blocked_until, $2)
WHERE bucket = $1;

-- name: postpone_calls
-- Who has been given a moment already keeps the order, later by so much.
UPDATE slack_queue SET scheduled_at = scheduled_at + $2::interval
WHERE bucket = $1 AND scheduled_at IS NOT NULL;

-- name: speed_up_bucket
-- Slack has taken a call: the bucket may go a little faster, and much faster once it has refused none for a while.
UPDATE slack_rate_limits
SET interval_seconds = greatest(
    $3::float8,
    interval_seconds * CASE WHEN blocked_until < clock_timestamp() - $5::interval THEN $4::float8 ELSE $2::float8 END
)
WHERE bucket = $1;

-- name: dequeue_call
-- Wait no more.
DELETE FROM slack_queue
WHERE bucket = $1 AND key = $2;

-- name: count_calls_ahead_of_card
-- How many calls go before the one for this card; nothing if it does not wait.
SELECT (
    SELECT count(*)
    FROM slack_queue AS other
    WHERE other.bucket = mine.bucket
        AND other.next_poll_at > clock_timestamp() - $2::interval
        AND (coalesce(other.scheduled_at, 'infinity'), other.priority, other.enqueued_at, other.key)
            < (coalesce(mine.scheduled_at, 'infinity'), mine.priority, mine.enqueued_at, mine.key)
)
FROM slack_queue AS mine
WHERE mine.order_id = $1 AND mine.key = $1 || ':card' AND mine.next_poll_at > clock_timestamp() - $2::interval
ORDER BY mine.enqueued_at
LIMIT 1;
