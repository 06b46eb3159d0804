"""Turns a pydantic validation error into a usage error that names the option."""

from collections.abc import Mapping

from pydantic import ValidationError

from orchestration.cli.errors import UsageError


def usage_error(error: ValidationError, options: Mapping[str, str], other: str) -> UsageError:
    """Return a UsageError for the first problem, with the option of its field, or `other` if it has none."""
    first = error.errors(include_url=False, include_input=False)[0]
    field = str(first["loc"][0]) if first["loc"] else ""
    return UsageError(f"{options.get(field, other)}: {first['msg'].removeprefix('Value error, ')}")
