"""Fixtures and helpers for all tests. Servers and databases belong to one xdist worker or one test."""
