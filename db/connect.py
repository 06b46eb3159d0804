"""Connects to PostgreSQL: waits while the server is not up yet, and fails at once for errors that waiting
cannot fix.
"""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import asyncpg
import structlog
from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception_type,
    stop_after_delay,
    stop_never,
    wait_exponential_jitter,
)

from db.dsn import Target
from db.errors import DatabaseMisconfigured, DatabaseUnavailable

CONNECT_TIMEOUT = 3.0
"""Seconds for one attempt, including the handshake and the login."""

NOT_THERE_YET = (
    OSError,  # refused, unknown host, time limit
    asyncpg.CannotConnectNowError,  # starting up or shutting down
    asyncpg.TooManyConnectionsError,
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
)

T = TypeVar("T")
log = structlog.stdlib.get_logger(__name__)


class UnknownDatabase(DatabaseMisconfigured):
    """The server has no database of this name."""


async def patiently(
    target: Target, connect: Callable[[], Awaitable[T]], give_up_after: float | None = None
) -> T:
    """Call `connect` until it succeeds. Gives up after `give_up_after` seconds; None means never.

    Raises DatabaseUnavailable when the time is over, DatabaseMisconfigured for what no waiting can mend.
    """

    def say(state: RetryCallState) -> None:
        reason = describe(state.outcome.exception() if state.outcome else None)
        log.warning(f"waiting for PostgreSQL at {target.where}: {reason}")

    retrying = AsyncRetrying(
        retry=retry_if_exception_type(NOT_THERE_YET),
        wait=wait_exponential_jitter(multiplier=0.2, max=5, jitter=0.2),
        stop=stop_never if give_up_after is None else stop_after_delay(give_up_after),
        before_sleep=say,
        reraise=True,
    )
    try:
        return await retrying(connect)
    except NOT_THERE_YET as error:
        raise DatabaseUnavailable(
            f"PostgreSQL at {target.where} could not be reached: {describe(error)}"
        ) from None
    except asyncpg.InvalidCatalogNameError:
        raise UnknownDatabase(
            f"PostgreSQL at {target.where} has no database {target.database!r}: "
            "correct DATABASE_URL, or create it with: python -m db migrate"
        ) from None
    except asyncpg.InvalidAuthorizationSpecificationError as error:
        raise DatabaseMisconfigured(
            f"PostgreSQL at {target.where} refuses user {target.user!r}: {target.redact(str(error))}. "
            "Correct the user or the password in DATABASE_URL"
        ) from None
    except (asyncpg.ClientConfigurationError, asyncpg.InterfaceError, asyncpg.PostgresError) as error:
        raise DatabaseMisconfigured(
            f"PostgreSQL at {target.where} cannot be used with this DATABASE_URL: {target.redact(str(error))}"
        ) from None


def describe(error: BaseException | None) -> str:
    """Describe in a few words why there was no connection."""
    if isinstance(error, TimeoutError):
        return f"no answer within {CONNECT_TIMEOUT:g} s"
    if isinstance(error, ConnectionRefusedError):
        return "nothing listens there"
    return str(error) or type(error).__name__
