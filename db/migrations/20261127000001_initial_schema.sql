-- migrate:up

-- Orders

CREATE TYPE order_status AS ENUM (
    'CREATED', 'VALIDATED', 'PENDING_MANUAL_APPROVAL', 'APPROVED', 'PAYMENT_CHARGED',
    'SHIPPING', 'SHIPPED', 'CANCELLED', 'EXPIRED', 'FAILED'
);

-- COLLATE "C": ids are ASCII, and an index on them must not depend on the operating system's locale version.
CREATE TABLE orders (
    order_id       text COLLATE "C" PRIMARY KEY,
    status         order_status NOT NULL DEFAULT 'CREATED',
    amount         bigint NOT NULL CHECK (amount > 0),
    currency       char(3) NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    customer       text NOT NULL,
    requester      text NOT NULL,
    ship_to        text NOT NULL,
    payment_method text NOT NULL,
    note           text,
    lines          jsonb NOT NULL CHECK (jsonb_typeof(lines) = 'array'),
    tags           text[] NOT NULL DEFAULT '{}',
    tier           text,
    deadline       timestamptz,
    revision       integer NOT NULL DEFAULT 1 CHECK (revision > 0),
    reason         text,
    created_at     timestamptz NOT NULL,
    updated_at     timestamptz NOT NULL
);

COMMENT ON TABLE orders IS 'The state of each order as stored last, for lists and for reads without a worker. The workflow is authoritative.';
COMMENT ON COLUMN orders.amount IS 'Minor units of the currency: the sum of the lines.';
COMMENT ON COLUMN orders.currency IS 'ISO 4217 code.';
COMMENT ON COLUMN orders.requester IS 'Slack user id or service that asked for the order.';
COMMENT ON COLUMN orders.lines IS 'Array of {sku, description, quantity, unit_price}; unit_price in minor units.';
COMMENT ON COLUMN orders.tags IS 'Words that the approval policy may look at, such as capex.';
COMMENT ON COLUMN orders.tier IS 'Tier of the approval policy; NULL until it is resolved, or if nobody has to approve.';
COMMENT ON COLUMN orders.deadline IS 'When the wait for approval ends.';
COMMENT ON COLUMN orders.revision IS 'Grows when the content of the order changes; a decision names the one that its actor saw.';
COMMENT ON COLUMN orders.reason IS 'Why the order was cancelled, expired or failed.';
COMMENT ON COLUMN orders.created_at IS 'When the order was received, by its workflow.';
COMMENT ON COLUMN orders.updated_at IS 'When its status last changed, by its workflow.';

-- The list of all orders: newest first, page after page by keyset.
CREATE INDEX orders_newest_first ON orders (created_at DESC, order_id DESC);
-- The list of orders with one status (what waits for approval, above all): the same order within each status.
CREATE INDEX orders_by_status ON orders (status, created_at DESC, order_id DESC);

-- The reconciler: orders that changed lately.
CREATE INDEX orders_by_updated_at ON orders (updated_at);
-- The approvers of the customer's previous order, for tiers that require different people this time.
CREATE INDEX orders_by_customer ON orders (customer, created_at DESC);

CREATE TABLE order_transitions (
    from_status order_status NOT NULL,
    to_status   order_status NOT NULL,
    PRIMARY KEY (from_status, to_status),
    CHECK (from_status <> to_status)
);

COMMENT ON TABLE order_transitions IS 'Every status change that is allowed; orchestration/domain/order/status.py has the same list, and a test compares them.';

INSERT INTO order_transitions (from_status, to_status) VALUES
    ('CREATED', 'VALIDATED'),
    ('CREATED', 'FAILED'),
    ('CREATED', 'CANCELLED'),
    ('VALIDATED', 'PENDING_MANUAL_APPROVAL'),
    ('VALIDATED', 'APPROVED'),
    ('VALIDATED', 'CANCELLED'),
    ('PENDING_MANUAL_APPROVAL', 'APPROVED'),
    ('PENDING_MANUAL_APPROVAL', 'CANCELLED'),
    ('PENDING_MANUAL_APPROVAL', 'EXPIRED'),
    ('APPROVED', 'PAYMENT_CHARGED'),
    ('APPROVED', 'FAILED'),
    ('APPROVED', 'CANCELLED'),
    ('PAYMENT_CHARGED', 'SHIPPING'),
    ('PAYMENT_CHARGED', 'FAILED'),
    ('PAYMENT_CHARGED', 'CANCELLED'),
    ('SHIPPING', 'SHIPPED'),
    ('SHIPPING', 'FAILED'),
    ('SHIPPING', 'CANCELLED');

-- Also holds for an operator who repairs a row by hand.
CREATE FUNCTION orders_guard_status() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.status <> 'CREATED' THEN
            RAISE EXCEPTION 'a new order starts as CREATED, not as %', NEW.status
                USING ERRCODE = 'check_violation', TABLE = 'orders', CONSTRAINT = 'order_transitions';
        END IF;
    ELSIF NEW.status <> OLD.status AND NOT EXISTS (
        SELECT FROM order_transitions WHERE from_status = OLD.status AND to_status = NEW.status
    ) THEN
        RAISE EXCEPTION 'order % is %, and cannot become %', OLD.order_id, OLD.status, NEW.status
            USING ERRCODE = 'check_violation', TABLE = 'orders', CONSTRAINT = 'order_transitions';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER orders_guard_status BEFORE INSERT OR UPDATE OF status ON orders
    FOR EACH ROW EXECUTE FUNCTION orders_guard_status();


-- Payments

CREATE TYPE payment_status AS ENUM ('claimed', 'charged', 'declined', 'refunded', 'voided');

-- The row is inserted before the gateway is called, and its key is also the idempotency key at the gateway:
-- however often the activity is retried, the order is charged once.
CREATE TABLE payments (
    payment_id       text COLLATE "C" PRIMARY KEY,
    -- UNIQUE: an order is paid once.
    order_id         text COLLATE "C" NOT NULL UNIQUE REFERENCES orders (order_id),
    amount           bigint NOT NULL CHECK (amount > 0),
    currency         char(3) NOT NULL,
    status           payment_status NOT NULL DEFAULT 'claimed',
    charge_reference text,
    refund_reference text,
    decline_reason   text,
    claimed_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    charged_at       timestamptz,
    declined_at      timestamptz,
    refunded_at      timestamptz,
    voided_at        timestamptz,
    CONSTRAINT charged_has_reference CHECK (status <> 'charged' OR charge_reference IS NOT NULL),
    CONSTRAINT refunded_has_reference CHECK ((status = 'refunded') = (refund_reference IS NOT NULL)),
    CONSTRAINT only_a_charge_has_reference CHECK (status IN ('charged', 'refunded') OR charge_reference IS NULL),
    CONSTRAINT times_follow_status CHECK (
        (charge_reference IS NULL) = (charged_at IS NULL)
        AND (status = 'declined') = (declined_at IS NOT NULL)
        AND (status = 'refunded') = (refunded_at IS NOT NULL)
        AND (status = 'voided') = (voided_at IS NOT NULL)
    )
);

COMMENT ON TABLE payments IS 'The one payment of each order: charged once, refunded once.';
COMMENT ON COLUMN payments.payment_id IS 'Derived from the order; also the idempotency key at the gateway.';
COMMENT ON COLUMN payments.amount IS 'Minor units of the currency.';
COMMENT ON COLUMN payments.status IS 'claimed: a charge was started, and its result is not known yet.';
COMMENT ON COLUMN payments.charge_reference IS 'The gateway''s reference of the charge; NULL on a refunded row if the answer to the charge was lost.';
COMMENT ON COLUMN payments.refund_reference IS 'The gateway''s reference of the refund.';

CREATE FUNCTION payments_guard_status() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.status, NEW.status) NOT IN (
        ('claimed', 'charged'), ('claimed', 'declined'), ('claimed', 'refunded'), ('claimed', 'voided'),
        ('charged', 'refunded')
    ) THEN
        RAISE EXCEPTION 'payment % is %, and cannot become %', OLD.payment_id, OLD.status, NEW.status
            USING ERRCODE = 'check_violation', TABLE = 'payments', CONSTRAINT = 'payment_transitions';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER payments_guard_status BEFORE UPDATE ON payments
    FOR EACH ROW EXECUTE FUNCTION payments_guard_status();


-- Refunds

CREATE TYPE refund_status AS ENUM (
    'REQUESTED', 'PENDING_MANUAL_APPROVAL', 'APPROVED', 'REFUNDED', 'CANCELLED', 'EXPIRED', 'FAILED'
);

CREATE TABLE refunds (
    refund_id    text COLLATE "C" PRIMARY KEY,
    order_id     text COLLATE "C" NOT NULL REFERENCES orders (order_id),
    status       refund_status NOT NULL DEFAULT 'REQUESTED',
    requester    text NOT NULL,
    reason       text NOT NULL,
    tier         text,
    deadline     timestamptz,
    ended_reason text,
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL
);

COMMENT ON TABLE refunds IS 'The state of each refund of a shipped order as stored last, for lists. The workflow is authoritative.';
COMMENT ON COLUMN refunds.refund_id IS 'The order''s id and a suffix that tells a second request from the first.';
COMMENT ON COLUMN refunds.reason IS 'Why somebody asked for it.';
COMMENT ON COLUMN refunds.ended_reason IS 'Why it was turned down, expired or failed.';
COMMENT ON COLUMN refunds.updated_at IS 'When its status last changed, by its workflow.';

CREATE INDEX refunds_by_order ON refunds (order_id, created_at DESC);
-- The reconciler: refunds that changed lately.
CREATE INDEX refunds_by_updated_at ON refunds (updated_at);

-- The same transitions as orchestration/domain/refund/refund.py (a test compares them).
CREATE FUNCTION refunds_guard_status() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN (
        ('REQUESTED', 'PENDING_MANUAL_APPROVAL'), ('REQUESTED', 'APPROVED'), ('REQUESTED', 'CANCELLED'),
        ('REQUESTED', 'FAILED'),
        ('PENDING_MANUAL_APPROVAL', 'APPROVED'), ('PENDING_MANUAL_APPROVAL', 'CANCELLED'),
        ('PENDING_MANUAL_APPROVAL', 'EXPIRED'),
        ('APPROVED', 'REFUNDED'), ('APPROVED', 'FAILED')
    ) THEN
        RAISE EXCEPTION 'refund % is %, and cannot become %', OLD.refund_id, OLD.status, NEW.status
            USING ERRCODE = 'check_violation', TABLE = 'refunds', CONSTRAINT = 'refund_transitions';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER refunds_guard_status BEFORE UPDATE OF status ON refunds
    FOR EACH ROW EXECUTE FUNCTION refunds_guard_status();


-- Decisions

-- No foreign key to orders: decisions about a malformed order, which has no row, are stored too.
CREATE TABLE decisions (
    order_id      text COLLATE "C" NOT NULL,
    decision_id   text COLLATE "C" NOT NULL,
    subject       text NOT NULL CHECK (subject IN ('order', 'refund')),
    kind          text NOT NULL CHECK (kind IN ('approve', 'cancel')),
    actor_kind    text NOT NULL,
    actor_id      text NOT NULL,
    groups        text[] NOT NULL,
    surface       text NOT NULL,
    note          text,
    revision_seen integer,
    decided_at    timestamptz NOT NULL,
    verdict       text NOT NULL,
    judged_at     timestamptz NOT NULL,
    PRIMARY KEY (order_id, decision_id)
);

COMMENT ON TABLE decisions IS 'Every approve and cancel, refused ones too, with its latest verdict.';
COMMENT ON COLUMN decisions.decision_id IS 'Unique for each click.';
COMMENT ON COLUMN decisions.subject IS 'order, or refund: a refund of that order.';
COMMENT ON COLUMN decisions.groups IS 'Slack user groups that the actor was in at the moment of the click.';
COMMENT ON COLUMN decisions.surface IS 'Where the decision was made: button, modal, slash_command, home, cli, temporal.';
COMMENT ON COLUMN decisions.revision_seen IS 'Revision of the order that the actor saw; NULL: whichever was current.';
COMMENT ON COLUMN decisions.decided_at IS 'When it was made, by the clock of the computer on which it was made.';
COMMENT ON COLUMN decisions.verdict IS 'The provisional verdicts held and asked_shipping are replaced once by the final one; no other verdict changes.';


-- The audit log

-- Each event carries its position in the history of its order, the hash of the event before it and its own hash:
-- docs/audit-log.md describes them. The database sets these, event_id and recorded_at, under the order's lock.
CREATE TABLE workflow_events (
    event_id      bigint PRIMARY KEY,
    order_id      text COLLATE "C" NOT NULL,
    event_key     text COLLATE "C" NOT NULL,
    type          text NOT NULL,
    actor         text,
    detail        jsonb NOT NULL DEFAULT '{}',
    occurred_at   timestamptz NOT NULL,
    recorded_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    position      integer NOT NULL,
    previous_hash bytea,
    hash          bytea NOT NULL,
    -- An event that a retry stores again is the same event.
    UNIQUE (order_id, event_key),
    -- Its index also serves the history of one order.
    CONSTRAINT workflow_events_positions UNIQUE (order_id, position),
    CONSTRAINT only_the_first_has_no_previous_hash CHECK ((position = 1) = (previous_hash IS NULL))
);

COMMENT ON TABLE workflow_events IS 'The audit log: what happened to each order, and who did it. Append-only.';
COMMENT ON COLUMN workflow_events.event_key IS 'What makes the event unique within its order, such as status.APPROVED.';
COMMENT ON COLUMN workflow_events.type IS 'Such as order.received, status.APPROVED, decision.recorded, payment.charged, message.posted.';
COMMENT ON COLUMN workflow_events.actor IS 'kind:id, such as slack_user:U123; NULL: the system.';
COMMENT ON COLUMN workflow_events.occurred_at IS 'When it happened, as its source says.';
COMMENT ON COLUMN workflow_events.recorded_at IS 'When it was written, by the clock of the database.';
COMMENT ON COLUMN workflow_events.position IS '1, 2, 3 ... within its order, without a gap.';
COMMENT ON COLUMN workflow_events.previous_hash IS 'hash of the event before it; NULL for the first of its order.';
COMMENT ON COLUMN workflow_events.hash IS 'SHA-256 over the canonical form that docs/audit-log.md describes.';

-- Not an identity column: an identity draws its number before the trigger that appends to the chain runs, so that a
-- later position could get an earlier number.
CREATE SEQUENCE workflow_events_numbers OWNED BY workflow_events.event_id;

CREATE FUNCTION workflow_events_reject_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'workflow_events is append-only: % is refused', TG_OP
        USING ERRCODE = 'insufficient_privilege', HINT = 'Write another event that corrects the earlier one.';
END
$$;

CREATE TRIGGER workflow_events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON workflow_events
    FOR EACH STATEMENT EXECUTE FUNCTION workflow_events_reject_change();
-- Superusers can otherwise step around triggers with session_replication_role.
ALTER TABLE workflow_events ENABLE ALWAYS TRIGGER workflow_events_append_only;

-- STABLE, like the functions that they call: PostgreSQL can then inline them, which halves the cost of an event.
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

-- A row that is dropped because of ON CONFLICT DO NOTHING leaves no gap: the next row reads the last stored event,
-- rows of the same statement included.
CREATE FUNCTION workflow_events_chain() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    -- The same lock as lock_order in db/queries/orders.sql. It is held until the commit, so that no other
    -- transaction appends after the same last event.
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

-- Not ENABLE ALWAYS: a logical replica has to store the rows with the hashes that they have.
CREATE TRIGGER workflow_events_chain BEFORE INSERT ON workflow_events
    FOR EACH ROW EXECUTE FUNCTION workflow_events_chain();

-- SHARE mode waits for every transaction that appends events and blocks new ones until this transaction ends, so
-- the caller keeps it short. Waiting for the lock already blocks others: it gives up soon, and the caller retries.
CREATE FUNCTION audit_horizon() RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET lock_timeout = '300ms' AS $$
BEGIN
    LOCK TABLE workflow_events IN SHARE MODE;
    RETURN (SELECT COALESCE(max(event_id), 0) FROM workflow_events);
END
$$;
COMMENT ON FUNCTION audit_horizon() IS 'The newest event_id, once nobody can still commit one up to it.';


-- Delegations

-- An approver who is away lets a colleague decide. The rows are also the history of all delegations: one is added
-- for each, revoked_at is set at most once, and nothing else is ever changed or deleted.
CREATE TABLE delegations (
    delegation_id text COLLATE "C" PRIMARY KEY,
    person        text COLLATE "C" NOT NULL,
    delegate      text COLLATE "C" NOT NULL,
    policy_group  text COLLATE "C",
    since         timestamptz NOT NULL,
    until         timestamptz NOT NULL,
    created_by    text NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    revoked_at    timestamptz,
    revoked_by    text,
    CONSTRAINT not_to_oneself CHECK (person <> delegate),
    CONSTRAINT ends_within_a_year CHECK (until > since AND until - since <= interval '366 days'),
    CONSTRAINT revoked_is_whole CHECK ((revoked_at IS NULL) = (revoked_by IS NULL)),
    CONSTRAINT revoked_after_it_began CHECK (revoked_at >= since)
);

COMMENT ON TABLE delegations IS 'Who lets whom decide for them, and until when. Append-only, except for the revocation.';
COMMENT ON COLUMN delegations.person IS 'Slack user id of the approver who is away.';
COMMENT ON COLUMN delegations.delegate IS 'Slack user id of the colleague who decides for them, under their own name.';
COMMENT ON COLUMN delegations.policy_group IS 'Group of the approval policy that it is limited to; NULL: all.';
COMMENT ON COLUMN delegations.since IS 'When it was requested, by the clock of the computer where that was.';
COMMENT ON COLUMN delegations.until IS 'The first moment at which it no longer applies.';
COMMENT ON COLUMN delegations.created_by IS 'kind:id, such as slack_user:U123.';
COMMENT ON COLUMN delegations.revoked_at IS 'When it was revoked or replaced by a newer one; NULL: it applies until its end.';
COMMENT ON COLUMN delegations.revoked_by IS 'kind:id, such as operator:ana.';

-- The active delegations to a delegate: looked up at each click, and few of them end in the future.
CREATE INDEX delegations_of_delegate ON delegations (delegate, until);
-- The active delegations of a person who is away.
CREATE INDEX delegations_of_person ON delegations (person, until);

CREATE FUNCTION delegations_allow_revocation_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.revoked_at IS NULL AND NEW.revoked_at IS NOT NULL
            AND to_jsonb(NEW) - '{revoked_at,revoked_by}'::text[]
                = to_jsonb(OLD) - '{revoked_at,revoked_by}'::text[]
        THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'delegations is append-only: % is refused', TG_OP
        USING ERRCODE = 'insufficient_privilege', HINT = 'A delegation can be revoked, once, and granted anew.';
END
$$;

CREATE TRIGGER delegations_change_once BEFORE UPDATE ON delegations
    FOR EACH ROW EXECUTE FUNCTION delegations_allow_revocation_only();
CREATE TRIGGER delegations_append_only BEFORE DELETE OR TRUNCATE ON delegations
    FOR EACH STATEMENT EXECUTE FUNCTION delegations_allow_revocation_only();
-- Superusers can otherwise step around triggers with session_replication_role.
ALTER TABLE delegations ENABLE ALWAYS TRIGGER delegations_change_once;
ALTER TABLE delegations ENABLE ALWAYS TRIGGER delegations_append_only;


-- Slack messages

CREATE TABLE slack_messages (
    key              text COLLATE "C" PRIMARY KEY,
    order_id         text COLLATE "C" NOT NULL,
    purpose          text NOT NULL,
    channel          text NOT NULL,
    message_channel  text,
    ts               text,
    attempts         integer NOT NULL DEFAULT 1 CHECK (attempts > 0),
    first_attempt_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    attempted_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    posted_at        timestamptz,
    CONSTRAINT posted_is_complete CHECK (
        (ts IS NULL) = (message_channel IS NULL) AND (ts IS NULL) = (posted_at IS NULL)
    )
);

COMMENT ON TABLE slack_messages IS 'The intent to post each Slack message, written before the post, and where the message is once it is posted.';
COMMENT ON COLUMN slack_messages.key IS 'Unique for order, purpose and recipient; also in the message''s metadata.';
COMMENT ON COLUMN slack_messages.channel IS 'Where to post: a channel, or a user for a direct message.';
COMMENT ON COLUMN slack_messages.message_channel IS 'Channel of the message as Slack answered; NULL until it is known.';
COMMENT ON COLUMN slack_messages.ts IS 'Slack''s id of the message within its channel; NULL until it is known.';
COMMENT ON COLUMN slack_messages.attempts IS 'Posts that were attempted.';

-- All messages of one order, for an operator.
CREATE INDEX slack_messages_by_order ON slack_messages (order_id);
-- The reconciler: messages whose post was attempted more than once may exist twice.
CREATE INDEX slack_messages_retried ON slack_messages (key) WHERE attempts > 1;


-- Bot sessions

-- Slack sends each interaction to one of the app's connections, and tells each new connection how many there are.
-- The connections of our own bots are registered here, so that a foreign program that uses the app's token is noticed.
CREATE TABLE bot_sessions (
    session_id text COLLATE "C" PRIMARY KEY,
    app_id     text COLLATE "C",
    process    text NOT NULL,
    sockets    integer NOT NULL CHECK (sockets >= 0),
    started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    seen_at    timestamptz NOT NULL DEFAULT clock_timestamp()
);

COMMENT ON TABLE bot_sessions IS 'One row for each running bot. The row of a bot that was killed is deleted once its heartbeat is too old.';
COMMENT ON COLUMN bot_sessions.app_id IS 'From the hello that Slack sends; NULL: no hello has come yet.';
COMMENT ON COLUMN bot_sessions.process IS 'host:pid of the process.';
COMMENT ON COLUMN bot_sessions.sockets IS 'Connections to Slack that it has open or is opening; never fewer than there are.';
COMMENT ON COLUMN bot_sessions.seen_at IS 'Its last heartbeat, by the clock of this server.';


-- The queue for calls that exceed Slack's rate limits

-- A bucket is what Slack limits together, such as all posts into one channel. Buckets and waiting calls exist only
-- while a limit is felt; losing them loses nothing, since a call that waits asks again.
CREATE TABLE slack_rate_limits (
    bucket           text COLLATE "C" PRIMARY KEY,
    interval_seconds float8 NOT NULL CHECK (interval_seconds > 0),
    next_free_at     timestamptz NOT NULL,
    blocked_until    timestamptz NOT NULL
);

COMMENT ON TABLE slack_rate_limits IS 'Buckets in which Slack has refused a call: how fast it accepts calls, and until when it asked to wait.';
COMMENT ON COLUMN slack_rate_limits.interval_seconds IS 'Seconds between two calls, as learned from what Slack accepts and refuses.';
COMMENT ON COLUMN slack_rate_limits.next_free_at IS 'The first moment that no call has been scheduled for.';
COMMENT ON COLUMN slack_rate_limits.blocked_until IS 'Slack asked to wait until then (Retry-After).';

CREATE TABLE slack_queue (
    bucket       text COLLATE "C" NOT NULL,
    key          text COLLATE "C" NOT NULL,
    order_id     text COLLATE "C" NOT NULL,
    priority     smallint NOT NULL,
    enqueued_at  timestamptz NOT NULL,
    next_poll_at timestamptz NOT NULL,
    scheduled_at timestamptz,
    PRIMARY KEY (bucket, key)
);

COMMENT ON TABLE slack_queue IS 'Calls that wait for a bucket.';
COMMENT ON COLUMN slack_queue.key IS 'The message that the call is about, as in slack_messages.';
COMMENT ON COLUMN slack_queue.priority IS '1 goes before 2.';
COMMENT ON COLUMN slack_queue.enqueued_at IS 'When the call first asked; kept over all its retries.';
COMMENT ON COLUMN slack_queue.next_poll_at IS 'When the call asks again. Long past: its process is gone, and other calls no longer wait for it.';
COMMENT ON COLUMN slack_queue.scheduled_at IS 'When the call may be made; NULL while it is too far back in the queue to be scheduled.';

-- The cards of one order, to tell how many calls are ahead of them.
CREATE INDEX slack_queue_by_order ON slack_queue (order_id);


-- Privileges

-- The role of the processes: the grants at the end list all that they may do.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'countersign_app') THEN
        CREATE ROLE countersign_app NOLOGIN;
    END IF;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN
        NULL;  -- the migration of another database on this server has just created it
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
GRANT SELECT, INSERT, UPDATE, DELETE ON bot_sessions, slack_rate_limits, slack_queue TO countersign_app;

-- migrate:down

-- The role stays: it belongs to the server, and other databases may use it.
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM countersign_app;
DROP TABLE slack_queue, slack_rate_limits, bot_sessions, slack_messages, delegations;
DROP FUNCTION delegations_allow_revocation_only();
DROP FUNCTION audit_horizon();
DROP TRIGGER workflow_events_chain ON workflow_events;
DROP FUNCTION workflow_events_chain();
DROP FUNCTION workflow_events_hash(workflow_events);
DROP FUNCTION microseconds(timestamptz);
DROP FUNCTION netstring(text);
DROP TABLE workflow_events;
DROP FUNCTION workflow_events_reject_change();
DROP TABLE decisions, refunds, payments, orders, order_transitions;
DROP FUNCTION refunds_guard_status();
DROP FUNCTION payments_guard_status();
DROP FUNCTION orders_guard_status();
DROP TYPE refund_status;
DROP TYPE payment_status;
DROP TYPE order_status;
