-- migrate:up

CREATE TABLE slack_rate_limits (
    bucket         text COLLATE "C" PRIMARY KEY,
    interval_seconds          float8 NOT NULL CHECK (interval_seconds > 0),
    next_at      timestamptz NOT NULL,
    closed_until timestamptz NOT NULL
);

COMMENT ON TABLE slack_rate_limits IS 'What Slack limits as one, such as the posts into one channel, once it has refused a call there.';
COMMENT ON COLUMN slack_rate_limits.interval_seconds IS 'Seconds between two calls, as learned from what Slack takes and refuses.';
COMMENT ON COLUMN slack_rate_limits.next_at IS 'The first moment that nobody has been given yet.';
COMMENT ON COLUMN slack_rate_limits.closed_until IS 'Slack has asked to wait until then.';

CREATE TABLE slack_queue (
    bucket     text COLLATE "C" NOT NULL,
    key      text COLLATE "C" NOT NULL,
    order_id text COLLATE "C" NOT NULL,
    priority  smallint NOT NULL,
    asked_at timestamptz NOT NULL,
    due_at   timestamptz NOT NULL,
    turn_at  timestamptz,
    PRIMARY KEY (bucket, key)
);

COMMENT ON TABLE slack_queue IS 'Calls that wait for their turn at Slack. Nothing is lost with a row: whoever waits asks again.';
COMMENT ON COLUMN slack_queue.key IS 'The message that the call is about, as in slack_messages.';
COMMENT ON COLUMN slack_queue.priority IS '1 goes before 2.';
COMMENT ON COLUMN slack_queue.asked_at IS 'When it first asked; kept over all its tries.';
COMMENT ON COLUMN slack_queue.due_at IS 'When it asks again. Long past: whoever it was is gone, and nobody waits for them.';
COMMENT ON COLUMN slack_queue.turn_at IS 'The moment that it has been given; NULL while it is too far back for one.';

-- The cards of one order, for those who ask where they are.
CREATE INDEX slack_queue_by_order ON slack_queue (order_id);

-- The role may be made by an earlier migration, or not be there at all.
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'countersign_app') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON slack_rate_limits, slack_queue TO countersign_app;
    END IF;
END
$$;

-- migrate:down

DROP TABLE slack_queue;
DROP TABLE slack_rate_limits;
