"""Libraries log tracebacks of what has been said in one line already, and the frames in them hold tokens."""

import logging

from slack_bolt.logger import messages
from temporalio.exceptions import ApplicationError

# Bolt warns that it leaves tokens unused, which is what an app with its own client and authorize wants.
_EXPECTED = {messages.warning_token_skipped(), messages.warning_client_prioritized_and_token_skipped()}


BOLT_LOGGER = logging.getLogger("slack_bolt.AsyncApp")
"""Bolt gives its loggers the level of the one that it is given, or else the root's."""


def filter_expected_tracebacks() -> None:
    """Keep the tracebacks of reconnects and of activities that failed as foreseen out of the log."""
    BOLT_LOGGER.addFilter(_of_bolt)
    logging.getLogger("temporalio.activity").addFilter(_of_temporal)


def filter_credentials() -> None:
    """Keep credentials out of the log, whatever its level. To be called before any of them is at work.

    At DEBUG Slack's libraries write whole answers and envelopes: the socket's ticket, response_urls, what
    people type.
    """
    for logger in (BOLT_LOGGER, logging.getLogger("slack_sdk")):
        logger.setLevel(max(logging.root.level, logging.INFO))


def _of_bolt(record: logging.LogRecord) -> bool:
    # Its messages name the error.
    record.exc_info = None
    return record.getMessage() not in _EXPECTED


def _of_temporal(record: logging.LogRecord) -> bool:
    # Ours is logged where it is made; anything else is a bug and keeps its traceback.
    foreseen = record.exc_info is not None and isinstance(record.exc_info[1], ApplicationError)
    return not foreseen
