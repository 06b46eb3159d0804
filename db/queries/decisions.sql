-- name: store_decision
-- Store a judged decision. A provisional verdict ($13) is replaced once, by a final one.
INSERT INTO decisions (
    order_id, decision_id, kind, actor_kind, actor_id, groups, surface, note, revision_seen, decided_at,
    verdict, judged_at, subject
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $14)
ON CONFLICT (order_id, decision_id) DO UPDATE
SET verdict = excluded.verdict, judged_at = excluded.judged_at
WHERE decisions.verdict = ANY ($13::text[]) AND NOT excluded.verdict = ANY ($13::text[]);
