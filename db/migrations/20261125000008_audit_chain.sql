-- migrate:up

-- Each event carries its place in the history of its order, the hash of the one before and its own: see
-- docs/audit-log.md. All of them, event_id and recorded_at are set by the database, under the order's lock.
ALTER TABLE workflow_events
    ADD COLUMN position      integer,
    ADD COLUMN previous_hash bytea,
    ADD COLUMN hash          bytea;

COMMENT ON COLUMN workflow_events.position IS '1, 2, 3 ... within its order, without a gap.';
COMMENT ON COLUMN workflow_events.previous_hash IS 'hash of the event before it; NULL for the first of its order.';
COMMENT ON COLUMN workflow_events.hash IS 'SHA-256 over the canonical form that docs/audit-log.md describes.';

-- An identity draws its number before the trigger below has its turn: a later place could get an earlier number.
ALTER TABLE workflow_events ALTER COLUMN event_id DROP IDENTITY;
CREATE SEQUENCE workflow_events_numbers OWNED BY workflow_events.event_id;
SELECT setval('workflow_events_numbers', COALESCE(max(event_id), 0) + 1, false) FROM workflow_events;

-- STABLE, as what they call: PostgreSQL then puts them in line, which halves the cost of an event.
CREATE FUNCTION netstring(value text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT COALESCE(octet_length(convert_to(value, 'UTF8')) || ':' || value || ',', '-,')
$$;

CREATE FUNCTION microseconds(moment timestamptz) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT (extract(EPOCH FROM moment) * 1000000)::bigint::text
$$;

CREATE FUNCTION workflow_events_hash(event workflow_events) RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT sha256(convert_to(
        '1:1,'  -- the version of this form
        || netstring(encode(event.previous_hash, 'hex'))
        || netstring(event.position::text)
        || netstring(event.event_id::text)
        || netstring(event.order_id)
        || netstring(event.event_key)
        || netstring(event.type)
        || netstring(event.actor)
        || netstring(microseconds(event.occurred_at))
        || netstring(microseconds(event.recorded_at))
        || netstring(event.detail::text),
        'UTF8'
    ))
$$;

-- A row that conflicts and is dropped afterwards leaves nothing: the next one reads the last that is there, rows of
-- the same statement included.
CREATE FUNCTION workflow_events_chain() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    -- The same lock as lock_order in db/queries/orders.sql: held until the commit, so that nobody reads a last event
    -- that is about to be followed by another.
    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.order_id, 0));
    NEW.position := 1;
    NEW.previous_hash := NULL;
    SELECT last.position + 1, last.hash INTO NEW.position, NEW.previous_hash
    FROM workflow_events AS last
    WHERE last.order_id = NEW.order_id
    ORDER BY last.position DESC
    LIMIT 1;
    NEW.position := COALESCE(NEW.position, 1);
    NEW.event_id := nextval('workflow_events_numbers');
    NEW.recorded_at := clock_timestamp();
    NEW.hash := workflow_events_hash(NEW);
    RETURN NEW;
END
$$;

-- Those that are there already, in the order in which they were written.
ALTER TABLE workflow_events DISABLE TRIGGER workflow_events_append_only;
DO $$
DECLARE
    event workflow_events;
    last  workflow_events;
BEGIN
    FOR event IN SELECT * FROM workflow_events ORDER BY order_id, event_id LOOP
        IF last.order_id IS DISTINCT FROM event.order_id THEN
            last.position := 0;
            last.hash := NULL;
        END IF;
        event.position := last.position + 1;
        event.previous_hash := last.hash;
        event.hash := workflow_events_hash(event);
        UPDATE workflow_events
        SET position = event.position, previous_hash = event.previous_hash, hash = event.hash
        WHERE event_id = event.event_id;
        last := event;
    END LOOP;
END
$$;
ALTER TABLE workflow_events ENABLE ALWAYS TRIGGER workflow_events_append_only;

ALTER TABLE workflow_events
    ALTER COLUMN position SET NOT NULL,
    ALTER COLUMN hash SET NOT NULL,
    ADD CONSTRAINT workflow_events_positions UNIQUE (order_id, position),
    ADD CONSTRAINT only_the_first_has_none_before CHECK ((position = 1) = (previous_hash IS NULL));
-- The history of one order is read by the index of that constraint.
DROP INDEX workflow_events_by_order;

-- Not ENABLE ALWAYS: a logical replica has to store the rows, hashes included, as they are.
CREATE TRIGGER workflow_events_chain BEFORE INSERT ON workflow_events
    FOR EACH ROW EXECUTE FUNCTION workflow_events_chain();

-- SHARE waits for everybody who is adding events and keeps others from it until the end of the transaction: the
-- caller makes that a short one. Whoever waits for it holds up the rest, so it gives up soon and is asked again.
CREATE FUNCTION audit_horizon() RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET lock_timeout = '300ms' AS $$
BEGIN
    LOCK TABLE workflow_events IN SHARE MODE;
    RETURN (SELECT COALESCE(max(event_id), 0) FROM workflow_events);
END
$$;
COMMENT ON FUNCTION audit_horizon() IS 'The newest event_id, once nobody can still commit one up to it.';

-- What the processes may do, and nothing else. Each later migration grants what its own tables need.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'countersign_app') THEN
        CREATE ROLE countersign_app NOLOGIN;
    END IF;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN
        NULL;  -- the migration of another database on this server was faster
    WHEN insufficient_privilege THEN
        RAISE EXCEPTION 'user % may not create roles: let an administrator of the server run "CREATE ROLE countersign_app NOLOGIN", then migrate again', current_user
            USING ERRCODE = 'insufficient_privilege';
END
$$;

GRANT SELECT ON schema_migrations, order_transitions TO countersign_app;
GRANT SELECT, INSERT ON orders, payments, refunds, decisions, delegations, slack_messages TO countersign_app;
GRANT UPDATE (status, reason, updated_at, tier, deadline, revision, amount, lines, ship_to, note)
    ON orders TO countersign_app;
GRANT UPDATE (
    status, charge_reference, charged_at, decline_reason, declined_at, refund_reference, refunded_at, voided_at
) ON payments TO countersign_app;
GRANT UPDATE (status, ended_reason, updated_at) ON refunds TO countersign_app;
GRANT UPDATE (verdict, judged_at) ON decisions TO countersign_app;
GRANT UPDATE (revoked_at, revoked_by) ON delegations TO countersign_app;
GRANT UPDATE (attempts, attempted_at, message_channel, ts, posted_at), DELETE ON slack_messages TO countersign_app;
GRANT SELECT, INSERT (order_id, event_key, type, actor, detail, occurred_at) ON workflow_events TO countersign_app;
GRANT USAGE ON SEQUENCE workflow_events_numbers TO countersign_app;
REVOKE EXECUTE ON FUNCTION audit_horizon() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_horizon() TO countersign_app;

-- migrate:down

-- The role stays: it belongs to the server, and other databases may use it.
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM countersign_app;
DROP FUNCTION audit_horizon();
DROP TRIGGER workflow_events_chain ON workflow_events;
DROP FUNCTION workflow_events_chain();
DROP FUNCTION workflow_events_hash(workflow_events);
DROP FUNCTION microseconds(timestamptz);
DROP FUNCTION netstring(text);

CREATE INDEX workflow_events_by_order ON workflow_events (order_id, event_id);
ALTER TABLE workflow_events
    DROP CONSTRAINT only_the_first_has_none_before,
    DROP COLUMN position,
    DROP COLUMN previous_hash,
    DROP COLUMN hash;

DROP SEQUENCE workflow_events_numbers;
ALTER TABLE workflow_events ALTER COLUMN event_id ADD GENERATED ALWAYS AS IDENTITY;
SELECT setval(pg_get_serial_sequence('workflow_events', 'event_id'), COALESCE(max(event_id), 0) + 1, false)
FROM workflow_events;
