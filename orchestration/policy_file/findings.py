"""Findings in a policy file: errors, because of which it cannot be used, and warnings."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from orchestration.policy_file.toml_lines import Path


class Finding(NamedTuple):
    """An error or a warning; `path` has the keys of the file, and indices of lists."""

    path: Path
    message: str
    is_error: bool


@dataclass
class Findings:
    """Collects the findings of all checks."""

    all: list[Finding] = field(default_factory=list)

    def error(self, path: Path, message: str) -> None:
        """Add an error."""
        self.all.append(Finding(path, message, is_error=True))

    def warn(self, path: Path, message: str) -> None:
        """Add a warning: the setting is unusual, but can be intended."""
        self.all.append(Finding(path, message, is_error=False))

    @property
    def has_errors(self) -> bool:
        """Whether the file cannot be used."""
        return any(each.is_error for each in self.all)


def join_names(names: Iterable[object]) -> str:
    """Write names for a sentence: ``a, b and c``."""
    *most, last = [str(name) for name in names] or [""]
    return f"{', '.join(most)} and {last}" if most else last
