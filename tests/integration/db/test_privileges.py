"""The role of the processes has the rights that the code needs, and no others."""

import asyncpg
import pytest

from db.pool import Pool
from db.sql import query, shipped
from localdev.postgres.server import APP_ROLE

_DENIED = [
    "UPDATE workflow_events SET actor = 'somebody else'",
    "DELETE FROM workflow_events",
    "TRUNCATE workflow_events",
    "INSERT INTO workflow_events (order_id, event_key, type, occurred_at, position)"
    " VALUES ('a', 'b', 'c', now(), 1)",
    "INSERT INTO workflow_events (order_id, event_key, type, occurred_at, recorded_at)"
    " VALUES ('a', 'b', 'c', now(), now())",
    "ALTER TABLE workflow_events DISABLE TRIGGER ALL",
    "ALTER TABLE workflow_events DISABLE TRIGGER workflow_events_append_only",
    "DROP TRIGGER workflow_events_chain ON workflow_events",
    "CREATE OR REPLACE FUNCTION workflow_events_hash(event workflow_events) RETURNS bytea LANGUAGE sql AS"
    " $$ SELECT ''::bytea $$",
    "SET session_replication_role = replica",
    "SELECT setval('workflow_events_numbers', 1)",
    "BEGIN; LOCK TABLE workflow_events IN ACCESS EXCLUSIVE MODE",
    "UPDATE decisions SET actor_id = 'U1'",
    "DELETE FROM decisions",
    "UPDATE orders SET customer = 'x'",
    "DELETE FROM orders",
    "UPDATE payments SET amount = 1",
    "DELETE FROM payments",
    "DELETE FROM delegations",
    "UPDATE order_transitions SET to_status = 'SHIPPED'",
    "INSERT INTO schema_migrations VALUES ('99990101000000')",
    "CREATE TABLE mine ()",
    "DROP TABLE slack_messages",
]


@pytest.mark.parametrize("statement", _DENIED)
async def test_the_processes_may_not(pool: Pool, statement: str) -> None:
    """Refused for want of the right, before any trigger has a say."""
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match=r"^(permission denied|must be owner)"):
        await pool.execute(statement)


@pytest.mark.parametrize("name", sorted(shipped()))
async def test_the_processes_may_run_every_query(pool: Pool, name: str) -> None:
    """A table of a later migration that nobody granted fails here, before a process meets it."""
    # Planned and checked, not run.
    assert await pool.execute(f"EXPLAIN (GENERIC_PLAN) {query(name)}") == "EXPLAIN"


async def test_a_missing_grant_would_be_noticed(pool: Pool, owner_pool: Pool) -> None:
    """The test above can fail."""
    await owner_pool.execute(f"REVOKE UPDATE (verdict) ON decisions FROM {APP_ROLE}")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await pool.execute(f"EXPLAIN (GENERIC_PLAN) {query('store_decision')}")


async def test_every_table_was_thought_of(owner_pool: Pool) -> None:
    """The migration that makes a table grants on it what the processes need (to countersign_app)."""
    forgotten = await owner_pool.fetch(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " AND relkind IN ('r', 'p', 'v')"
        " AND NOT has_any_column_privilege($1, oid, 'SELECT') AND NOT has_table_privilege($1, oid, 'DELETE')",
        APP_ROLE,
    )
    assert [row["relname"] for row in forgotten] == []


async def test_rights_that_no_process_has(pool: Pool, owner_pool: Pool) -> None:
    """On no table; rows are deleted in few of them; whoever logs in is no more than a member of the group."""
    too_much = await owner_pool.fetch(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
        " AND has_table_privilege($1, oid, 'TRUNCATE, REFERENCES, TRIGGER, MAINTAIN')",
        APP_ROLE,
    )
    assert [row["relname"] for row in too_much] == []
    assert not await owner_pool.fetchval(
        "SELECT has_table_privilege($1, 'workflow_events', 'DELETE')", APP_ROLE
    )
    (login,) = await pool.fetch(
        "SELECT rolsuper, rolcreaterole, rolcreatedb, rolbypassrls, rolreplication,"
        " ARRAY(SELECT roleid::regrole::text FROM pg_auth_members WHERE member = pg_roles.oid) AS member_of,"
        " (SELECT count(*) FROM pg_class WHERE relowner = pg_roles.oid) AS owns"
        " FROM pg_roles WHERE rolname = current_user"
    )
    assert tuple(login.values()) == (False, False, False, False, False, [APP_ROLE], 0)


async def test_only_the_processes_ask_for_the_horizon(owner_pool: Pool) -> None:
    """It runs with its owner's rights, on a path of schemas that nobody else can put anything into."""
    (function,) = await owner_pool.fetch(
        "SELECT prosecdef, proconfig::text, has_function_privilege('public', oid, 'EXECUTE') AS anybody,"
        " has_function_privilege($1, oid, 'EXECUTE') AS processes"
        " FROM pg_proc WHERE proname = 'audit_horizon'",
        APP_ROLE,
    )
    assert (function["prosecdef"], function["anybody"], function["processes"]) == (True, False, True)
    assert "search_path=pg_catalog, public, pg_temp" in function["proconfig"]
