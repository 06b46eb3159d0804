"""Compares an order in Temporal, PostgreSQL and Slack, and names what does not agree.

May import every other package of the domain.
"""
