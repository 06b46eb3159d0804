"""Approvals: decisions, who may make them, what they lead to, and their timers.

May import `domain.policy`, `domain.actor` and the shared modules of the domain.
"""
