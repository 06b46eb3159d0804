-- name: busy_lanes
-- Where anybody alive waits, or Slack has asked to wait; what is long past is swept on the way.
WITH gone AS (
    DELETE FROM slack_queue
    WHERE (lane, key) IN (
        SELECT lane, key FROM slack_queue
        WHERE due_at < clock_timestamp() - $2::interval
        FOR UPDATE SKIP LOCKED
    )
), forgotten AS (
    DELETE FROM slack_lanes
    WHERE lane IN (
        SELECT lane FROM slack_lanes
        WHERE greatest(next_at, closed_until) < clock_timestamp() - $2::interval
        FOR UPDATE SKIP LOCKED
    )
)
SELECT lane FROM slack_queue WHERE due_at > clock_timestamp() - $1::interval
UNION
SELECT lane FROM slack_lanes WHERE closed_until > clock_timestamp();

-- name: lock_lane
-- Make all calls of one lane take turns at asking for turns, until the end of the transaction.
INSERT INTO slack_lanes (lane, gap, next_at, closed_until)
VALUES ($1, $2, clock_timestamp(), clock_timestamp())
ON CONFLICT (lane) DO UPDATE SET lane = excluded.lane
RETURNING gap, next_at, closed_until, clock_timestamp() AS now;

-- name: enter_lane
-- Wait in a lane; who waits already keeps their place.
INSERT INTO slack_queue (lane, key, order_id, urgency, asked_at, due_at)
VALUES ($1, $2, $3, $4, $5, $5)
ON CONFLICT (lane, key) DO UPDATE SET urgency = excluded.urgency, due_at = excluded.due_at
RETURNING turn_at;

-- name: who_is_ahead
-- How many go before this call, and how many of these have not been given a moment yet.
SELECT count(*) AS ahead, count(*) FILTER (WHERE other.turn_at IS NULL) AS unplaced
FROM slack_queue AS mine
JOIN slack_queue AS other ON other.lane = mine.lane
WHERE mine.lane = $1 AND mine.key = $2
    AND other.due_at > $3::timestamptz - $4::interval
    AND (coalesce(other.turn_at, 'infinity'), other.urgency, other.asked_at, other.key)
        < (coalesce(mine.turn_at, 'infinity'), mine.urgency, mine.asked_at, mine.key);

-- name: place_in_lane
-- When this call asks again, and the moment that it has been given, if any.
UPDATE slack_queue SET due_at = $3, turn_at = $4
WHERE lane = $1 AND key = $2;

-- name: move_lane
-- The first moment that is free after somebody has been given one.
UPDATE slack_lanes SET next_at = $2
WHERE lane = $1;

-- name: close_lane
-- Slack has asked to wait until $2. Of calls that were under way together only the first slows the lane down.
UPDATE slack_lanes
SET gap = CASE WHEN closed_until > $3::timestamptz THEN gap ELSE least($5::float8, gap * $4::float8) END,
    next_at = greatest(next_at, $3) + greatest(interval '0', $2::timestamptz - greatest(closed_until, $3::timestamptz)),
    closed_until = greatest(closed_until, $2)
WHERE lane = $1;

-- name: move_turns
-- Who has been given a moment already keeps the order, later by so much.
UPDATE slack_queue SET turn_at = turn_at + $2::interval
WHERE lane = $1 AND turn_at IS NOT NULL;

-- name: speed_lane
-- Slack has taken a call: the lane may go a little faster, and much faster once it has refused none for a while.
UPDATE slack_lanes
SET gap = greatest(
    $3::float8,
    gap * CASE WHEN closed_until < clock_timestamp() - $5::interval THEN $4::float8 ELSE $2::float8 END
)
WHERE lane = $1;

-- name: leave_lane
-- Wait no more.
DELETE FROM slack_queue
WHERE lane = $1 AND key = $2;

-- name: ahead_of_card
-- How many calls go before the one for this card; nothing if it does not wait.
SELECT (
    SELECT count(*)
    FROM slack_queue AS other
    WHERE other.lane = mine.lane
        AND other.due_at > clock_timestamp() - $2::interval
        AND (coalesce(other.turn_at, 'infinity'), other.urgency, other.asked_at, other.key)
            < (coalesce(mine.turn_at, 'infinity'), mine.urgency, mine.asked_at, mine.key)
)
FROM slack_queue AS mine
WHERE mine.order_id = $1 AND mine.key = $1 || ':card' AND mine.due_at > clock_timestamp() - $2::interval
ORDER BY mine.asked_at
LIMIT 1;
