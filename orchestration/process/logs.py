"""Configures logging: one line an event, as text for a terminal or as JSON for machines."""

import io
import logging
import sys
from typing import TextIO

import structlog
from structlog.typing import EventDict, ExcInfo, Processor, WrappedLogger

from orchestration.domain.sanitize import sanitize
from orchestration.settings import LogFormat


def configure(process: str, log_format: LogFormat, level: str) -> None:
    """Send structlog's and the standard library's records through one formatter to standard error."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    renderers: list[Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if log_format is LogFormat.JSON:
        # Without the local variables of each frame, which contain tokens and database URLs.
        tracebacks = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
        renderers += [
            structlog.processors.ExceptionRenderer(tracebacks),
            structlog.processors.JSONRenderer(),
        ]
    else:
        renderers += [
            _in_one_line,
            structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=_indented),
        ]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=renderers))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    structlog.contextvars.bind_contextvars(process=process)


def _in_one_line(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Escape line breaks and terminal control characters in what people and other systems have written."""
    return {
        sanitize(str(name)): sanitize(value) if isinstance(value, str) else value
        for name, value in event.items()
    }


def _indented(out: TextIO, exc_info: ExcInfo) -> None:
    """Write a traceback indented, so that no line of it looks like a log line."""
    plain = io.StringIO()
    structlog.dev.plain_traceback(plain, exc_info)
    out.write("\n".join(f"  | {sanitize(line)}" for line in plain.getvalue().splitlines()))
