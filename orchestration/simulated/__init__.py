"""Simulated payment gateway and carrier, for demos and tests.

May import the ports, the contracts, the settings and the domain.
"""
