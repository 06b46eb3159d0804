-- name: lock_delegations
-- Let only one transaction grant delegations at a time; two could otherwise delegate in a circle.
SELECT pg_advisory_xact_lock(hashtextextended('delegations', 1));

-- name: unended_delegations
-- The delegations that a new one is checked against: not revoked, and not ended when it begins.
SELECT delegation_id, person, delegate, policy_group AS "group", since, until, created_by
FROM delegations
WHERE revoked_at IS NULL AND until > $1
ORDER BY since, delegation_id;

-- name: grant_delegation
-- Store a new delegation.
INSERT INTO delegations (delegation_id, person, delegate, policy_group, since, until, created_by)
VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: replace_delegation
-- End a delegation because another one begins, but never before its own beginning, should two clocks disagree.
UPDATE delegations
SET revoked_at = greatest(since, $2), revoked_by = $3
WHERE delegation_id = $1 AND revoked_at IS NULL;

-- name: revoke_delegations
-- Revoke a person's active delegations: all, or only those for one group.
UPDATE delegations
SET revoked_at = greatest(since, clock_timestamp()), revoked_by = $3
WHERE person = $1 AND ($2::text IS NULL OR policy_group = $2) AND revoked_at IS NULL AND until > clock_timestamp()
RETURNING delegation_id;

-- name: delegations_for_delegate
-- The delegations to a person that applied at a moment, oldest first.
SELECT delegation_id, person, delegate, policy_group AS "group", since, until, created_by
FROM delegations
WHERE delegate = $1 AND until > $2 AND since <= $2 AND (revoked_at IS NULL OR revoked_at > $2)
ORDER BY since, delegation_id;

-- name: delegations_of_person
-- The delegations of a person that applied at a moment, oldest first.
SELECT delegation_id, person, delegate, policy_group AS "group", since, until, created_by
FROM delegations
WHERE person = $1 AND until > $2 AND since <= $2 AND (revoked_at IS NULL OR revoked_at > $2)
ORDER BY since, delegation_id;

-- name: all_delegations
-- All delegations that applied at a moment, oldest first.
SELECT delegation_id, person, delegate, policy_group AS "group", since, until, created_by
FROM delegations
WHERE until > $1 AND since <= $1 AND (revoked_at IS NULL OR revoked_at > $1)
ORDER BY since, delegation_id;
