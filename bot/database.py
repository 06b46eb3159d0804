"""Calls the database on behalf of a user who waits for an answer."""

from collections.abc import Awaitable
from typing import TypeVar

import structlog

log = structlog.stdlib.get_logger(__name__)

T = TypeVar("T")


class DatabaseUnavailable(Exception):
    """The database did not answer. The error is in the log already."""


async def ask_database(call: Awaitable[T], *expected: type[Exception]) -> T:
    """Return the result of the call. Raises DatabaseUnavailable; `expected` errors pass through."""
    try:
        return await call
    except expected:
        raise
    except Exception as error:
        # The stores raise whatever the driver, the pool or the network raises.
        log.exception("database call failed")
        raise DatabaseUnavailable from error
