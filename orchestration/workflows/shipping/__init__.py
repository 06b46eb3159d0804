"""ShippingWorkflow: prepares a package and hands it to the carrier, on its own task queue.

May import the domain and the contracts.
"""
