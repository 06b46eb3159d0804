-- name: store_heartbeat
-- Store the heartbeat of a bot, with its number of sockets.
INSERT INTO bot_sessions (session_id, app_id, process, sockets)
VALUES ($1, $2, $3, $4)
ON CONFLICT (session_id) DO UPDATE
SET app_id = excluded.app_id, sockets = excluded.sockets, seen_at = clock_timestamp();

-- name: delete_silent_bot_sessions
-- Delete bots without a heartbeat for $1. Two bots that do this at once do not wait for each other.
DELETE FROM bot_sessions
WHERE session_id IN (
    SELECT session_id FROM bot_sessions WHERE seen_at < clock_timestamp() - $1::interval FOR UPDATE SKIP LOCKED
);

-- name: live_bot_sessions
-- The bots of an app, or whose app is not known yet, with a heartbeat within $2.
SELECT session_id, app_id, process, sockets
FROM bot_sessions
WHERE seen_at >= clock_timestamp() - $2::interval AND (app_id = $1 OR app_id IS NULL OR $1::text IS NULL)
ORDER BY started_at, session_id;

-- name: end_bot_session
-- Delete a bot that shuts down.
DELETE FROM bot_sessions WHERE session_id = $1;
