"""The stores: each implements one of `orchestration.ports` with named queries.

Imports the pool, `db.sql` and `db.audit`; only the entry points of the processes use the stores.
"""
