"""OrderWorkflow: validates, gets approved, charges and ships one order.

May import the domain, the contracts and `workflows.approval`.
"""
