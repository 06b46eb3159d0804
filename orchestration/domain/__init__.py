"""The rules of orders, approvals, refunds and the audit log, as pure functions and frozen models.

May import the standard library and pydantic.
"""
