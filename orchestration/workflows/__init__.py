"""The Temporal workflows: orders, refunds, shipping, reconciliation, and the approval that they share.

May import the domain and the contracts only; reaches everything outside through activities.
"""
