-- migrate:up

ALTER TABLE orders ADD COLUMN tags text[] NOT NULL DEFAULT '{}';
COMMENT ON COLUMN orders.tags IS 'Words that the approval policy may look at, such as capex.';

-- Who approved the customer's previous order, for tiers that want somebody else this time.
CREATE INDEX orders_by_customer ON orders (customer, created_at DESC);

-- migrate:down

DROP INDEX orders_by_customer;
ALTER TABLE orders DROP COLUMN tags;
