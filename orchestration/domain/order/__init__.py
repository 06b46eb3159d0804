"""Orders: their content, statuses, amendments and what the query `status` returns.

May import `domain.approval`, `domain.policy` and the shared modules of the domain.
"""
