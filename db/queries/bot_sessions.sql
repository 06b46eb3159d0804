-- name: beat_bot_session
-- Say that a bot runs, and with how many sockets.
INSERT INTO bot_sessions (session_id, app_id, process, sockets)
VALUES ($1, $2, $3, $4)
ON CONFLICT (session_id) DO UPDATE
SET app_id = excluded.app_id, sockets = excluded.sockets, seen_at = clock_timestamp();

-- name: forget_bot_sessions
-- Delete those that were silent for so long; two that do this at once do not wait for each other.
DELETE FROM bot_sessions
WHERE session_id IN (
    SELECT session_id FROM bot_sessions WHERE seen_at < clock_timestamp() - $1::interval FOR UPDATE SKIP LOCKED
);

-- name: live_bot_sessions
-- Those of an app, or of one that is not known yet, that were seen within so long.
SELECT session_id, app_id, process, sockets
FROM bot_sessions
WHERE seen_at >= clock_timestamp() - $2::interval AND (app_id = $1 OR app_id IS NULL OR $1::text IS NULL)
ORDER BY started_at, session_id;

-- name: end_bot_session
-- Delete one that stops.
DELETE FROM bot_sessions WHERE session_id = $1;
