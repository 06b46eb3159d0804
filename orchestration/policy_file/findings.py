"""What was found in a policy file: errors, for which it cannot be used, and warnings."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from orchestration.policy_file.toml_lines import Path


class Finding(NamedTuple):
    """One thing found; `path` as in the file, with indices of lists."""

    path: Path
    message: str
    is_error: bool


@dataclass
class Findings:
    """Collects them."""

    all: list[Finding] = field(default_factory=list)

    def error(self, path: Path, message: str) -> None:
        """Add what has to be mended."""
        self.all.append(Finding(path, message, is_error=True))

    def warn(self, path: Path, message: str) -> None:
        """Add what is odd, and may be meant."""
        self.all.append(Finding(path, message, is_error=False))

    @property
    def has_errors(self) -> bool:
        """Whether the file cannot be used."""
        return any(each.is_error for each in self.all)


def join_names(names: Iterable[object]) -> str:
    """Write names for a sentence: ``a, b and c``."""
    *most, last = [str(name) for name in names] or [""]
    return f"{', '.join(most)} and {last}" if most else last
