"""The audit log in PostgreSQL: events are built and appended here, and the whole log is read here.

Imports the pool and `db.sql`; the stores import it.
"""
