"""The hash chain of the audit log, computed independently of PostgreSQL.

May import nothing else of the domain.
"""
