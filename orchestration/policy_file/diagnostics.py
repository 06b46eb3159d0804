"""Errors and warnings of a policy file, with their lines."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from orchestration.policy_file.findings import Finding, Findings
from orchestration.policy_file.toml_lines import Path, line_of, lines_of

_LONGEST = 500
"""The most characters of a message, which can quote the file."""
_AT_LINE = re.compile(
    r"(?P<what>.*) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)", re.DOTALL
)


class Diagnostic(NamedTuple):
    """An error or a warning. `path` is written for people, such as ``tiers.large.needs``."""

    line: int | None
    path: str
    message: str
    is_error: bool

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


def locate(findings: Findings, text: str, document: Mapping[str, object]) -> tuple[Diagnostic, ...]:
    """Return the findings with their lines, sorted by line."""
    lines = lines_of(text)
    diagnostics = [_diagnostic(each, document, lines) for each in findings.all]
    return tuple(sorted(diagnostics, key=lambda diagnostic: diagnostic.line or 0))


def syntax_diagnostic(text: str, error: Exception) -> Diagnostic:
    """Return the diagnostic for an error of tomllib."""
    if isinstance(error, RecursionError):
        return Diagnostic(
            None, "", "this is not a policy: lists or tables are nested too deeply", is_error=True
        )
    match = _AT_LINE.fullmatch(str(error))
    if match is None:
        return Diagnostic(None, "", f"this is not TOML: {error}", is_error=True)
    line = int(match["line"] or text.count("\n") + 1)
    column = f" in column {match['column']}" if match["column"] else ""
    return Diagnostic(line, "", f"this is not TOML: {match['what']}{column}", is_error=True)


def _diagnostic(finding: Finding, document: Mapping[str, object], lines: Mapping[Path, int]) -> Diagnostic:
    message = finding.message if len(finding.message) <= _LONGEST else f"{finding.message[:_LONGEST]}..."
    path = _shown(finding.path, document)
    return Diagnostic(line_of(lines, finding.path), path, message, finding.is_error)


def _shown(path: Path, document: Mapping[str, object]) -> str:
    """Write a path for people: tiers by their names, other items of lists by their number, from 1."""
    shown = ""
    for depth, part in enumerate(path):
        if isinstance(part, str):
            key = part if len(part) <= 60 else f"{part[:60]}..."
            shown += f".{key}" if part.isprintable() and part else f".{key!r}"
        elif depth == 1 and (name := _tier_name(document, path)):
            shown += f".{name}"
        else:
            shown += f"[{part + 1}]"
    return shown.removeprefix(".")


def _tier_name(document: Mapping[str, object], path: Path) -> str | None:
    match document.get(str(path[0])), path[1]:
        case list() as tiers, int() as index if index < len(tiers):
            match tiers[index]:
                case {"name": str() as name} if name.isprintable() and 0 < len(name) <= 60:
                    return name
    return None
