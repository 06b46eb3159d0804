-- migrate:up

-- What the reconciler looks at: what has ended lately, and messages that were set out on more than once.
CREATE INDEX orders_by_change ON orders (updated_at);
CREATE INDEX refunds_by_change ON refunds (updated_at);
CREATE INDEX slack_messages_retried ON slack_messages (key) WHERE attempts > 1;

-- migrate:down

DROP INDEX slack_messages_retried;
DROP INDEX refunds_by_change;
DROP INDEX orders_by_change;
