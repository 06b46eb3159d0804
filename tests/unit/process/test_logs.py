"""Logs never contain secrets."""

import io
import logging

import pytest
import structlog

from orchestration.process import logs
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


HOSTILE = "x\n2026-01-01T00:00:00Z [info     ] order paid\r\x1b[2K\x1b]0;t\x07\u2028\u202e\x85"


@pytest.mark.parametrize("log_format", LogFormat)
def test_nothing_that_is_logged_fakes_a_line(log_format: LogFormat) -> None:
    """In the event, a field, its name, a record of a library, an error's message; nor commands a terminal."""
    lines = _logged(log_format)
    for line in lines:
        assert line.isprintable()
        genuine = line.startswith(("{", "2026-", "  | ")) if log_format is LogFormat.TEXT else line[0] == "{"
        assert genuine, line
        assert not line.startswith("2026-01-01")
    whole = [line for line in lines if not line.startswith("  | ")]
    assert len(whole) == 4


def _logged(log_format: LogFormat) -> list[str]:
    root, stream = logging.getLogger(), io.StringIO()
    handlers, level = root.handlers, root.level
    try:
        logs.configure("test", log_format, "INFO")
        root.handlers[0].setStream(stream)  # type: ignore[attr-defined]
        log = structlog.stdlib.get_logger("test")
        log.info(HOSTILE)
        log.info("a click", **{HOSTILE: HOSTILE, "many": [HOSTILE]})
        logging.getLogger("library").warning("it said %s", HOSTILE)
        try:
            raise ValueError(HOSTILE)
        except ValueError:
            log.exception("something broke")
    finally:
        root.handlers = handlers
        root.setLevel(level)
        structlog.reset_defaults()
        structlog.contextvars.clear_contextvars()
    return stream.getvalue().splitlines()
