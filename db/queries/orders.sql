-- name: lock_order
-- Make transactions about one order take turns, also while the order has no row; ends with the transaction.
SELECT pg_advisory_xact_lock(hashtextextended($1, 0));

-- name: insert_order
-- Store a new order, unless its id is taken.
INSERT INTO orders (
    order_id, amount, currency, customer, requester, ship_to, payment_method, note, lines, created_at, updated_at
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)
ON CONFLICT (order_id) DO NOTHING
RETURNING order_id;

-- name: find_order
-- One order.
SELECT
    order_id, status::text AS status, amount, currency, customer, requester, ship_to, payment_method, note,
    lines, tier, deadline, revision, reason, created_at, updated_at
FROM orders
WHERE order_id = $1;

-- name: find_order_status
-- Where one order stands.
SELECT status::text FROM orders WHERE order_id = $1;

-- name: move_order
-- Take one step of the transition table; no row if the order does not stand where the step may start.
UPDATE orders
SET status = $2::text::order_status, reason = COALESCE($3, reason), updated_at = GREATEST(updated_at, $4)
WHERE order_id = $1 AND status = ANY ($5::text[]::order_status[])
RETURNING order_id;

-- name: set_order_policy
-- Store which tier the order falls under and how long it waits; what is not given stays.
UPDATE orders
SET tier = COALESCE($2, tier), deadline = COALESCE($3, deadline)
WHERE order_id = $1
RETURNING order_id;

-- name: page_of_orders
-- Newest first, after the given place (NULL: from the newest on).
SELECT
    order_id, status::text AS status, amount, currency, customer, requester, ship_to, payment_method, note,
    lines, tier, deadline, revision, reason, created_at, updated_at
FROM orders
WHERE (created_at, order_id) < (COALESCE($1, 'infinity'::timestamptz), COALESCE($2, ''))
ORDER BY created_at DESC, order_id DESC
LIMIT $3;

-- name: page_of_orders_by_status
-- The same for some statuses: the newest of each by its index, then the newest of those.
SELECT
    order_id, page.status::text AS status, amount, currency, customer, requester, ship_to, payment_method, note,
    lines, tier, deadline, revision, reason, created_at, updated_at
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
