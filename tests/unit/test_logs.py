"""Logs never show what must stay secret."""

import io
import logging

import pytest
import structlog

from orchestration import logs
from orchestration.settings import LogFormat


@pytest.mark.parametrize("log_format", LogFormat)
def test_a_traceback_does_not_show_local_variables(log_format: LogFormat) -> None:
    """A database URL or a token in a variable of some frame stays there."""
    root, stream = logging.getLogger(), io.StringIO()
    handlers, level = root.handlers, root.level
    try:
        logs.configure("test", log_format, "INFO")
        root.handlers[0].setStream(stream)  # type: ignore[attr-defined]
        _fail("xoxb-very-" + "secret")
    finally:
        root.handlers = handlers
        root.setLevel(level)
        structlog.reset_defaults()
        structlog.contextvars.clear_contextvars()
    assert "something broke" in stream.getvalue()
    assert "RuntimeError" in stream.getvalue()
    assert "xoxb-very-secret" not in stream.getvalue()


def _fail(token: str) -> None:
    try:
        raise RuntimeError(len(token))
    except RuntimeError:
        structlog.stdlib.get_logger("test").exception("something broke")
