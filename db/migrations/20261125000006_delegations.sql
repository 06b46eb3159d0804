-- migrate:up

-- Whoever is away lets a colleague decide. The rows are the audit log of that: one is added for each delegation,
-- revoked_at is set at most once, and nothing else is ever changed or deleted.
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

COMMENT ON TABLE delegations IS 'Who lets whom decide for them, until when. Append-only, but for the end of each.';
COMMENT ON COLUMN delegations.person IS 'Slack user id of whoever is away.';
COMMENT ON COLUMN delegations.delegate IS 'Slack user id of whoever decides for them, under their own name.';
COMMENT ON COLUMN delegations.policy_group IS 'Group of the approval policy that it is limited to; NULL: all.';
COMMENT ON COLUMN delegations.since IS 'When it was asked for, by the clock of where that was.';
COMMENT ON COLUMN delegations.until IS 'From this moment on it does not hold.';
COMMENT ON COLUMN delegations.created_by IS 'kind:id, such as slack_user:U123.';
COMMENT ON COLUMN delegations.revoked_at IS 'When it was taken back or replaced by a newer one; NULL: it holds until its end.';
COMMENT ON COLUMN delegations.revoked_by IS 'kind:id, such as operator:ana.';

-- The active ones of a delegate: asked at each click, and few of them end in the future.
CREATE INDEX delegations_of_delegate ON delegations (delegate, until);
-- The same of a person who is away.
CREATE INDEX delegations_of_person ON delegations (person, until);

CREATE FUNCTION delegations_keep() RETURNS trigger LANGUAGE plpgsql AS $$
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
    FOR EACH ROW EXECUTE FUNCTION delegations_keep();
CREATE TRIGGER delegations_append_only BEFORE DELETE OR TRUNCATE ON delegations
    FOR EACH STATEMENT EXECUTE FUNCTION delegations_keep();
-- Superusers can otherwise step around triggers with session_replication_role.
ALTER TABLE delegations ENABLE ALWAYS TRIGGER delegations_change_once;
ALTER TABLE delegations ENABLE ALWAYS TRIGGER delegations_append_only;

-- migrate:down

DROP TABLE delegations;
DROP FUNCTION delegations_keep();
