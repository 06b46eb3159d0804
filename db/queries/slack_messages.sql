-- name: begin_message
-- Store the intent to post a message, unless it is stored already.
INSERT INTO slack_messages (key, order_id, purpose, channel)
VALUES ($1, $2, $3, $4)
ON CONFLICT (key) DO NOTHING
RETURNING key, order_id, channel, message_channel, ts, attempts, first_attempt_at, attempted_at;

-- name: find_message
-- The row of one message: the intent to post it, and its place in Slack.
SELECT key, order_id, channel, message_channel, ts, attempts, first_attempt_at, attempted_at
FROM slack_messages
WHERE key = $1;

-- name: retry_message
-- Begin another attempt, unless another process has begun one or the message is posted.
UPDATE slack_messages
SET attempts = attempts + 1, attempted_at = clock_timestamp()
WHERE key = $1 AND attempts = $2 AND ts IS NULL
RETURNING key;

-- name: place_message
-- Store the place of a message in Slack; only the first one is stored.
UPDATE slack_messages
SET message_channel = $2, ts = $3, posted_at = clock_timestamp()
WHERE key = $1 AND ts IS NULL
RETURNING order_id, purpose;

-- name: delete_message
-- Delete the row of a message that is no longer in Slack, so that it can be posted again at once.
DELETE FROM slack_messages
WHERE key = $1 AND message_channel = $2 AND ts = $3;

-- name: age_of_message
-- Seconds since the last attempt to post a message.
SELECT extract(EPOCH FROM clock_timestamp() - attempted_at)::float8
FROM slack_messages
WHERE key = $1;
