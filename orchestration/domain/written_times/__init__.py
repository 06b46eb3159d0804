"""Durations, moments and time zones as people write them in commands and in the policy file.

Imports only the standard library and pydantic. Not for workflow code: it reads the time-zone database.
"""
