"""RefundWorkflow: gets the refund of a shipped order approved and pays the money back.

May import the domain, the contracts and `workflows.approval`.
"""
