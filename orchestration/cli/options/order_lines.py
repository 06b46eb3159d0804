"""Parses the option ``--line``, and names a line's problems as the option is named."""

from collections.abc import Sequence

from orchestration.domain.errors import FieldProblem
from orchestration.domain.order.line_text import line_name, parse_lines


def parse_line_options(
    texts: Sequence[str], currency: object
) -> tuple[list[dict[str, object]], list[FieldProblem]]:
    """Parse every ``--line``; see `parse_lines`. A problem's field is "--line 2 (quantity)"."""
    lines, problems = parse_lines(texts, currency)
    return lines, [FieldProblem(field=f"--{each.field}", message=each.message) for each in problems]


def line_option(number: int, part: str | None) -> str:
    """Name a line, counted from 1, and the part of it, as the option is named."""
    return f"--{line_name(number, part)}"
