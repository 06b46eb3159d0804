-- name: lock_order
-- Lock an order until the end of the transaction, also while it has no row.
SELECT pg_advisory_xact_lock(hashtextextended($1, 0));

-- name: insert_order
-- Store a new order, unless its id is taken.
INSERT INTO orders (
    order_id, amount, currency, customer, requester, ship_to, payment_method, note, lines, tags, created_at,
    updated_at
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)
ON CONFLICT (order_id) DO NOTHING
RETURNING order_id;

-- name: find_order
-- The row of one order.
SELECT
    order_id, status::text AS status, amount, currency, customer, requester, ship_to, payment_method, note,
    lines, tags, tier, deadline, revision, reason, created_at, updated_at
FROM orders
WHERE order_id = $1;

-- name: find_order_status
-- The status of one order.
SELECT status::text FROM orders WHERE order_id = $1;

-- name: move_order
-- Change the status of an order. Returns no row if its present status is not among $5.
UPDATE orders
SET status = $2::text::order_status, reason = COALESCE($3, reason), updated_at = GREATEST(updated_at, $4)
WHERE order_id = $1 AND status = ANY ($5::text[]::order_status[])
RETURNING order_id;

-- name: set_order_policy
-- Store the tier and the deadline of an order; NULL leaves the present value.
UPDATE orders
SET tier = COALESCE($2, tier), deadline = COALESCE($3, deadline)
WHERE order_id = $1
RETURNING order_id;

-- name: amend_order
-- Store the content of a new revision. A revision that is not newer than the stored one changes nothing.
UPDATE orders
SET revision = $2, amount = $3, lines = $4, ship_to = $5, note = $6, tier = $7, deadline = $8
WHERE order_id = $1 AND revision < $2;

-- name: previous_approvers
-- Who approved the customer's previous approved order.
WITH previous AS (
    SELECT earlier.order_id
    FROM orders AS this JOIN orders AS earlier USING (customer)
    WHERE
        this.order_id = $1
        AND (earlier.created_at, earlier.order_id) < (this.created_at, this.order_id)
        AND EXISTS (
            SELECT FROM workflow_events AS event
            WHERE event.order_id = earlier.order_id AND event.event_key = 'status.APPROVED'
        )
    ORDER BY earlier.created_at DESC, earlier.order_id DESC
    LIMIT 1
)
SELECT DISTINCT actor_id
FROM decisions JOIN previous USING (order_id)
WHERE subject = 'order' AND kind = 'approve' AND actor_kind = 'slack_user' AND verdict = ANY ($2::text[])
ORDER BY actor_id;

-- name: page_of_orders
-- One page of all orders, newest first, after the given order (NULL: the first page).
SELECT
    order_id, status::text AS status, amount, currency, customer, requester, ship_to, payment_method, note,
    lines, tags, tier, deadline, revision, reason, created_at, updated_at
FROM orders
WHERE (created_at, order_id) < (COALESCE($1, 'infinity'::timestamptz), COALESCE($2, ''))
ORDER BY created_at DESC, order_id DESC
LIMIT $3;

-- name: page_of_orders_by_status
-- The same for some statuses: a page of each status by its index, and of those the newest.
SELECT
    order_id, page.status::text AS status, amount, currency, customer, requester, ship_to, payment_method, note,
    lines, tags, tier, deadline, revision, reason, created_at, updated_at
FROM
    (SELECT DISTINCT unnest($4::text[]::order_status[]) AS status) AS wanted
    CROSS JOIN LATERAL (
        SELECT *
        FROM orders
        WHERE
            orders.status = wanted.status
            AND (created_at, order_id) < (COALESCE($1, 'infinity'::timestamptz), COALESCE($2, ''))
        ORDER BY created_at DESC, order_id DESC
        LIMIT $3
    ) AS page
ORDER BY page.created_at DESC, page.order_id DESC
LIMIT $3;

-- name: ended_order
-- The status of an order, and who made the last decision that took effect.
SELECT
    status::text AS status, reason, updated_at,
    (
        SELECT actor_id
        FROM decisions
        WHERE decisions.order_id = orders.order_id AND subject = 'order' AND verdict = $2
        ORDER BY judged_at DESC
        LIMIT 1
    ) AS decided_by
FROM orders
WHERE order_id = $1;
