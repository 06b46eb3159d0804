"""The approval policy: tiers, deadlines and working hours.

May import only the shared modules of the domain.
"""
