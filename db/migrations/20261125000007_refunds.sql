-- migrate:up

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

COMMENT ON TABLE refunds IS 'What lists show of each refund of a shipped order; its workflow holds the truth.';
COMMENT ON COLUMN refunds.refund_id IS 'The order''s id, and what tells a second request from the first.';
COMMENT ON COLUMN refunds.reason IS 'Why somebody asked for it.';
COMMENT ON COLUMN refunds.ended_reason IS 'Why it was turned down, expired or failed.';
COMMENT ON COLUMN refunds.updated_at IS 'When its status last changed, by its workflow.';

CREATE INDEX refunds_by_order ON refunds (order_id, created_at DESC);

-- The same steps as orchestration/domain/refund/refund.py (a test compares them).
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

-- What was decided about: an order, or its refund.
ALTER TABLE decisions ADD COLUMN subject text NOT NULL DEFAULT 'order' CHECK (subject IN ('order', 'refund'));
COMMENT ON COLUMN decisions.subject IS 'order, or refund: a refund of that order.';

-- migrate:down

ALTER TABLE decisions DROP COLUMN subject;

DROP TABLE refunds;
DROP FUNCTION refunds_guard_status();
DROP TYPE refund_status;
