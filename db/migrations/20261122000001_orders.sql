-- migrate:up

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
    tier           text,
    deadline       timestamptz,
    revision       integer NOT NULL DEFAULT 1 CHECK (revision > 0),
    reason         text,
    created_at     timestamptz NOT NULL,
    updated_at     timestamptz NOT NULL
);

COMMENT ON TABLE orders IS 'What lists and reads without a worker show of each order; its workflow holds the truth.';
COMMENT ON COLUMN orders.amount IS 'Minor units of the currency: the sum of the lines.';
COMMENT ON COLUMN orders.currency IS 'ISO 4217 code.';
COMMENT ON COLUMN orders.requester IS 'Slack user id or service that asked for the order.';
COMMENT ON COLUMN orders.lines IS 'Array of {sku, description, quantity, unit_price}; unit_price in minor units.';
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

CREATE TABLE order_transitions (
    from_status order_status NOT NULL,
    to_status   order_status NOT NULL,
    PRIMARY KEY (from_status, to_status),
    CHECK (from_status <> to_status)
);

COMMENT ON TABLE order_transitions IS 'The closed table of steps; orchestration/domain/order/order.py has the same (a test compares them).';

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

-- The last line of defence: also holds for whoever repairs a row by hand.
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

-- migrate:down

DROP TABLE orders;
DROP TABLE order_transitions;
DROP FUNCTION orders_guard_status();
DROP TYPE order_status;
