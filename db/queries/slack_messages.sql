-- name: begin_message
-- Write the intent to post, unless it is there.
INSERT INTO slack_messages (key, order_id, purpose, channel)
VALUES ($1, $2, $3, $4)
ON CONFLICT (key) DO NOTHING
RETURNING key, order_id, channel, message_channel, ts, attempts, first_attempt_at, attempted_at;

-- name: find_message
-- One intent, and where its message is.
SELECT key, order_id, channel, message_channel, ts, attempts, first_attempt_at, attempted_at
FROM slack_messages
WHERE key = $1;

-- name: retry_message
-- Set out on another attempt, unless somebody else has or the message is there.
UPDATE slack_messages
SET attempts = attempts + 1, attempted_at = clock_timestamp()
WHERE key = $1 AND attempts = $2 AND ts IS NULL
RETURNING key;

-- name: place_message
-- Store where the message is; the first one wins.
UPDATE slack_messages
SET message_channel = $2, ts = $3, posted_at = clock_timestamp()
WHERE key = $1 AND ts IS NULL
RETURNING order_id, purpose;

-- name: forget_message
-- Drop the intent of a message that is gone: the next one to begin inserts it anew and may post at once.
DELETE FROM slack_messages
WHERE key = $1 AND message_channel = $2 AND ts = $3;

-- name: age_of_message
-- Seconds since the last attempt.
SELECT extract(EPOCH FROM clock_timestamp() - attempted_at)::float8
FROM slack_messages
WHERE key = $1;
