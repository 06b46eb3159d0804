"""ReconcileWorkflow: compares Temporal, PostgreSQL and Slack, and repairs the differences.

May import the domain and the contracts.
"""
