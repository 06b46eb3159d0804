"""Errors of the database, with messages that an operator can act on."""

from orchestration.domain.errors import CountersignError


class DatabaseMisconfigured(CountersignError):
    """PostgreSQL answers, but not with a database that this program can use. Trying again does not help."""


class DatabaseUnavailable(CountersignError):
    """PostgreSQL could not be reached in time."""
