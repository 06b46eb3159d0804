"""Names, inputs and results of workflows, activities, signals and queries, which all processes share.

May import the domain and, for retry policies, `temporalio.common`.
"""
