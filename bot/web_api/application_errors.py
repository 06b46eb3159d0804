"""Translates Slack errors into the ApplicationErrors that activities raise to Temporal."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import assert_never

import structlog
from slack_sdk.errors import SlackApiError
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from bot.web_api.errors import (
    SLACK_ERRORS,
    Remedy,
    error_code,
    method_of,
    operator_hint,
    remedy_of,
    retry_after,
)

log = structlog.stdlib.get_logger(__name__)

OPERATOR_DELAY = timedelta(seconds=30)
"""Between retries of a call that fails until an operator fixes the cause."""

_NEEDS_ATTENTION = {Remedy.OPERATOR, Remedy.OUR_BUG, Remedy.UNKNOWN}


@contextmanager
def slack_errors_translated(order_id: str, doing: str) -> Iterator[None]:
    """Log a Slack error of the block and raise it as ApplicationError. `doing`: as "posting the card"."""
    try:
        yield
    except SLACK_ERRORS as error:
        failure = to_application_error(error, doing)
        level = logging.ERROR if failure.type in _NEEDS_ATTENTION else logging.WARNING
        log.log(
            level,
            "Slack call failed",
            order_id=order_id,
            doing=doing,
            method=method_of(error),
            error=failure.message,
            retry_in=None if failure.next_retry_delay is None else failure.next_retry_delay.total_seconds(),
        )
        # `from None`, since the stack frames of the failed call hold the token.
        raise failure from None


def to_application_error(error: Exception, doing: str) -> ApplicationError:
    """Return the error that an activity should raise. Errors of other kinds are raised unchanged.

    `doing` says which step failed, such as "posting the card".
    """
    remedy = remedy_of(error)
    if not isinstance(error, SlackApiError):
        reason = f"{type(error).__name__} {error}".strip()
        return ApplicationError(f"{doing}: no answer from Slack ({reason})", type=remedy)
    code = error_code(error)
    match remedy:
        case Remedy.WAIT:
            seconds = retry_after(error)
            return ApplicationError(
                f"{doing}: Slack asks to wait {seconds} s ({code})",
                type=remedy,
                next_retry_delay=timedelta(seconds=seconds),
                category=ApplicationErrorCategory.BENIGN,
            )
        case Remedy.LOOK_FIRST:
            return ApplicationError(f"{doing}: no clear answer from Slack ({code})", type=remedy)
        case Remedy.OPERATOR:
            why = f"{doing}: {code}: {operator_hint(error)}"
            return ApplicationError(why, type=remedy, next_retry_delay=OPERATOR_DELAY)
        case Remedy.UNKNOWN:
            why = f"{doing}: Slack says {code}, which is new to us"
            return ApplicationError(why, type=remedy, next_retry_delay=OPERATOR_DELAY)
        case Remedy.OUR_BUG | Remedy.FINAL | Remedy.CLICK_AGAIN | Remedy.RACE:
            why = f"{doing}: Slack refuses it for good ({code})"
            return ApplicationError(why, type=remedy, non_retryable=True)
        case _:
            assert_never(remedy)
