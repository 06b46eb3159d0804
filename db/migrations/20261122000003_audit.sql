-- migrate:up

-- No foreign keys here: decisions about an order that was refused, and the refusal itself, are audited too.
CREATE TABLE decisions (
    order_id      text COLLATE "C" NOT NULL,
    decision_id   text COLLATE "C" NOT NULL,
    kind          text NOT NULL CHECK (kind IN ('approve', 'cancel')),
    actor_kind    text NOT NULL,
    actor_id      text NOT NULL,
    groups        text[] NOT NULL,
    surface           text NOT NULL,
    note          text,
    revision_seen integer,
    decided_at    timestamptz NOT NULL,
    verdict       text NOT NULL,
    judged_at     timestamptz NOT NULL,
    PRIMARY KEY (order_id, decision_id)
);

COMMENT ON TABLE decisions IS 'Every approve and cancel, refused ones too, with its latest verdict.';
COMMENT ON COLUMN decisions.decision_id IS 'Unique for each click.';
COMMENT ON COLUMN decisions.groups IS 'Slack user groups that the actor was in at the moment of the click.';
COMMENT ON COLUMN decisions.surface IS 'Where it was made: button, modal, slash_command, home, cli, temporal.';
COMMENT ON COLUMN decisions.revision_seen IS 'Revision of the order that the actor saw; NULL: as it stands.';
COMMENT ON COLUMN decisions.decided_at IS 'When it was made, by the clock of where it was made.';
COMMENT ON COLUMN decisions.verdict IS 'held and asked_shipping are replaced once by the last word; nothing else changes.';

CREATE TABLE workflow_events (
    event_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id    text COLLATE "C" NOT NULL,
    event_key   text COLLATE "C" NOT NULL,
    type        text NOT NULL,
    actor       text,
    detail      jsonb NOT NULL DEFAULT '{}',
    occurred_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    -- A step that is stored again, by a retry, is the same event.
    UNIQUE (order_id, event_key)
);

COMMENT ON TABLE workflow_events IS 'The audit log: what happened to each order, by whom. Append-only.';
COMMENT ON COLUMN workflow_events.event_key IS 'What makes the event unique for its order, such as status.APPROVED.';
COMMENT ON COLUMN workflow_events.type IS 'Such as order.received, status.APPROVED, decision.recorded, payment.charged, message.posted.';
COMMENT ON COLUMN workflow_events.actor IS 'kind:id, such as slack_user:U123; NULL: the system.';
COMMENT ON COLUMN workflow_events.occurred_at IS 'When it happened, as its source says.';
COMMENT ON COLUMN workflow_events.recorded_at IS 'When it was written, by the clock of the database.';

-- The history of one order, oldest first.
CREATE INDEX workflow_events_by_order ON workflow_events (order_id, event_id);

CREATE FUNCTION workflow_events_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'workflow_events is append-only: % is refused', TG_OP
        USING ERRCODE = 'insufficient_privilege', HINT = 'Write another event that corrects the earlier one.';
END
$$;

CREATE TRIGGER workflow_events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON workflow_events
    FOR EACH STATEMENT EXECUTE FUNCTION workflow_events_refuse();
-- Superusers can otherwise step around triggers with session_replication_role.
ALTER TABLE workflow_events ENABLE ALWAYS TRIGGER workflow_events_append_only;

-- migrate:down

DROP TABLE workflow_events;
DROP FUNCTION workflow_events_refuse();
DROP TABLE decisions;
