"""Tracebacks of libraries, which would contain tokens, are kept out of the log."""

import logging

import pytest
from temporalio.exceptions import ApplicationError

from bot.log_filters import filter_credentials, filter_expected_tracebacks


def complain(logger: str, error: Exception) -> None:
    """Log it as a library does, with its frames."""
    logging.getLogger(logger).error("it failed", exc_info=error)


def test_what_is_foreseen_leaves_no_traceback(caplog: pytest.LogCaptureFixture) -> None:
    """A reconnect is one line; a failed activity has been logged by ourselves."""
    filter_expected_tracebacks()
    complain("slack_bolt.AsyncApp", OSError("gone"))
    complain("temporalio.activity", ApplicationError("Slack is busy"))
    (record,) = caplog.records
    assert record.name == "slack_bolt.AsyncApp"
    assert record.exc_info is None


def test_whole_messages_are_not_written_even_at_debug(caplog: pytest.LogCaptureFixture) -> None:
    """They carry the socket's ticket and response_urls."""
    caplog.set_level(logging.DEBUG)
    filter_credentials()
    for name in ("slack_bolt.AsyncApp", "slack_sdk.web.async_base_client", "slack_sdk.webhook.async_client"):
        logging.getLogger(name).debug("wss://wss-primary.slack.com/link/?ticket=1")
        logging.getLogger(name).info("connected")
    assert [record.getMessage() for record in caplog.records] == ["connected"] * 3


def test_a_bug_keeps_its_traceback(caplog: pytest.LogCaptureFixture) -> None:
    """In an activity of ours."""
    filter_expected_tracebacks()
    complain("temporalio.activity", KeyError("a bug"))
    assert caplog.records[0].exc_info is not None
