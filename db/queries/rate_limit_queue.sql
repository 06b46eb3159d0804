-- name: busy_buckets
-- The buckets in which a call waits, or for which Slack has asked to wait. Deletes rows that are long out of date.
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
-- Lock a bucket until the end of the transaction, and create it if there is none.
INSERT INTO slack_rate_limits (bucket, interval_seconds, next_free_at, blocked_until)
VALUES ($1, $2, clock_timestamp(), clock_timestamp())
ON CONFLICT (bucket) DO UPDATE SET bucket = excluded.bucket
RETURNING interval_seconds, next_free_at, blocked_until, clock_timestamp() AS now;

-- name: enqueue_call
-- Add a call to the queue of a bucket; a call that is there already keeps its place.
INSERT INTO slack_queue (bucket, key, order_id, priority, enqueued_at, next_poll_at)
VALUES ($1, $2, $3, $4, $5, $5)
ON CONFLICT (bucket, key) DO UPDATE SET priority = excluded.priority, next_poll_at = excluded.next_poll_at
RETURNING scheduled_at;

-- name: count_calls_ahead
-- How many calls are ahead of this one, and how many of them have no scheduled time yet.
SELECT count(*) AS ahead, count(*) FILTER (WHERE other.scheduled_at IS NULL) AS unplaced
FROM slack_queue AS mine
JOIN slack_queue AS other ON other.bucket = mine.bucket
WHERE mine.bucket = $1 AND mine.key = $2
    AND other.next_poll_at > $3::timestamptz - $4::interval
    AND (coalesce(other.scheduled_at, 'infinity'), other.priority, other.enqueued_at, other.key)
        < (coalesce(mine.scheduled_at, 'infinity'), mine.priority, mine.enqueued_at, mine.key);

-- name: schedule_call
-- Store when this call asks again, and the time for which it is scheduled, if any.
UPDATE slack_queue SET next_poll_at = $3, scheduled_at = $4
WHERE bucket = $1 AND key = $2;

-- name: advance_bucket
-- Store the next free time of a bucket, after a call was scheduled.
UPDATE slack_rate_limits SET next_free_at = $2
WHERE bucket = $1;

-- name: block_bucket
-- Block a bucket until $2, as Slack has asked, and lower its speed. If several calls that ran at the same time
-- are refused, only the first refusal lowers it.
UPDATE slack_rate_limits
SET interval_seconds = CASE WHEN blocked_until > $3::timestamptz THEN interval_seconds ELSE least($5::float8, interval_seconds * $4::float8) END,
    next_free_at = greatest(next_free_at, $3) + greatest(interval '0', $2::timestamptz - greatest(blocked_until, $3::timestamptz)),
    blocked_until = greatest(blocked_until, $2)
WHERE bucket = $1;

-- name: postpone_calls
-- Move all scheduled calls of a bucket by $2; their order stays.
UPDATE slack_queue SET scheduled_at = scheduled_at + $2::interval
WHERE bucket = $1 AND scheduled_at IS NOT NULL;

-- name: speed_up_bucket
-- Raise the speed of a bucket a little after Slack has accepted a call, and more if it has refused none for a while.
UPDATE slack_rate_limits
SET interval_seconds = greatest(
    $3::float8,
    interval_seconds * CASE WHEN blocked_until < clock_timestamp() - $5::interval THEN $4::float8 ELSE $2::float8 END
)
WHERE bucket = $1;

-- name: dequeue_call
-- Remove a call from the queue.
DELETE FROM slack_queue
WHERE bucket = $1 AND key = $2;

-- name: count_calls_ahead_of_card
-- How many calls are ahead of the one for this card; no row if it does not wait.
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
