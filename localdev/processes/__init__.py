"""Child processes: how they are started, probed, supervised and stopped; and their ports.

May import `localdev.errors` only.
"""
