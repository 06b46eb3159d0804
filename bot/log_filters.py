"""Filters for the loggers of Bolt, slack_sdk and Temporal.

They drop the tracebacks of expected errors, which the bot logs in one line itself, and keep tokens out of
the log.
"""

import logging

from slack_bolt.logger import messages
from temporalio.exceptions import ApplicationError

# Bolt warns that it ignores tokens. That is intended, since the app has its own client and authorize.
_EXPECTED = {messages.warning_token_skipped(), messages.warning_client_prioritized_and_token_skipped()}


BOLT_LOGGER = logging.getLogger("slack_bolt.AsyncApp")
"""Passed to Bolt, which gives its other loggers the same level."""


def filter_expected_tracebacks() -> None:
    """Drop the tracebacks of reconnects and of activities that failed with an ApplicationError."""
    BOLT_LOGGER.addFilter(_of_bolt)
    logging.getLogger("temporalio.activity").addFilter(_of_temporal)


def filter_credentials() -> None:
    """Keep credentials out of the log at every level. Call it before the libraries are used.

    At DEBUG, Slack's libraries log whole answers and envelopes, with tickets, response_urls and what people
    type.
    """
    for logger in (BOLT_LOGGER, logging.getLogger("slack_sdk")):
        logger.setLevel(max(logging.root.level, logging.INFO))


def _of_bolt(record: logging.LogRecord) -> bool:
    # The message names the error already.
    record.exc_info = None
    return record.getMessage() not in _EXPECTED


def _of_temporal(record: logging.LogRecord) -> bool:
    # An ApplicationError is logged where it is raised. Any other error is a bug and keeps its traceback.
    expected = record.exc_info is not None and isinstance(record.exc_info[1], ApplicationError)
    return not expected
