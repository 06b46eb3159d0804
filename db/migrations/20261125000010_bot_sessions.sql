-- migrate:up

-- Slack sends each click to any one connection of the app and tells each new connection how many there are. What
-- our own bots have open stands here, so that a program that is none of ours is noticed. Nothing here is kept.
CREATE TABLE bot_sessions (
    session_id text COLLATE "C" PRIMARY KEY,
    app_id     text COLLATE "C",
    process    text NOT NULL,
    sockets    integer NOT NULL CHECK (sockets >= 0),
    started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    seen_at    timestamptz NOT NULL DEFAULT clock_timestamp()
);

COMMENT ON TABLE bot_sessions IS 'One row for each running bot. One that stopped without a word is forgotten after a while.';
COMMENT ON COLUMN bot_sessions.app_id IS 'As Slack greets it; NULL: not greeted yet.';
COMMENT ON COLUMN bot_sessions.process IS 'Where it runs: host:pid.';
COMMENT ON COLUMN bot_sessions.sockets IS 'Connections to Slack that it has, or is about to have; never fewer than there are.';
COMMENT ON COLUMN bot_sessions.seen_at IS 'Its last heartbeat, by the clock of this server.';

-- Where the processes have a role of their own that owns nothing.
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'countersign_app') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON bot_sessions TO countersign_app;
    END IF;
END
$$;

-- migrate:down

DROP TABLE bot_sessions;
