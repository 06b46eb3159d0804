-- name: rows_to_reconcile
-- Orders and refunds that have not ended or changed since $1; of one order, if $2 is given. Pages by reference.
WITH stored AS (
    SELECT
        'order' AS subject, order_id, order_id AS reference, status::text AS status, updated_at,
        order_id || ':card' AS card_key
    FROM orders
    WHERE $2::text IS NULL OR order_id = $2
    UNION ALL
    SELECT
        'refund', order_id, refund_id, status::text, updated_at, order_id || ':card-' || refund_id
    FROM refunds
    WHERE $2::text IS NULL OR order_id = $2
)
SELECT
    subject, stored.order_id, reference, stored.status, updated_at, payments.status::text AS payment, card_key,
    message_channel, ts
FROM
    stored
    LEFT JOIN payments ON payments.order_id = stored.order_id
    LEFT JOIN slack_messages ON slack_messages.key = card_key
WHERE
    (stored.updated_at >= $1 OR NOT stored.status = ANY ($5::text[]))
    AND (subject, reference) > ($3, $4)
ORDER BY subject, reference
LIMIT $6;

-- name: row_to_reconcile
-- The row of an order, or of its latest refund.
WITH stored AS (
    SELECT
        'order' AS subject, order_id, order_id AS reference, status::text AS status, updated_at, created_at,
        order_id || ':card' AS card_key
    FROM orders
    WHERE order_id = $2
    UNION ALL
    SELECT
        'refund', order_id, refund_id, status::text, updated_at, created_at, order_id || ':card-' || refund_id
    FROM refunds
    WHERE order_id = $2
)
SELECT
    subject, stored.order_id, reference, stored.status, updated_at, payments.status::text AS payment, card_key,
    message_channel, ts
FROM
    stored
    LEFT JOIN payments ON payments.order_id = stored.order_id
    LEFT JOIN slack_messages ON slack_messages.key = card_key
WHERE subject = $1
ORDER BY stored.created_at DESC
LIMIT 1;

-- name: retried_messages
-- Messages with more than one attempt to post them, and the card in whose thread they may be. Pages by key.
SELECT
    retried.key, retried.order_id, retried.channel, retried.message_channel, retried.ts, retried.first_attempt_at,
    card.ts AS card_ts
FROM
    slack_messages AS retried
    LEFT JOIN slack_messages AS card
        ON card.key = retried.order_id || ':card' AND card.key <> retried.key AND card.channel = retried.channel
WHERE
    retried.attempts > 1 AND retried.attempted_at >= $1 AND retried.key > $3
    AND ($2::text IS NULL OR retried.order_id = $2)
ORDER BY retried.key
LIMIT $4;
