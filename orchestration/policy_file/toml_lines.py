"""Finds the line of each setting of a TOML file, which tomllib does not report.

The text must be valid TOML: nothing is checked here. There is no recursion, since valid text can be nested
deeply.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

Path = tuple[str | int, ...]
"""Keys, and indices of lists: ``("tiers", 1, "expires-after")``."""

_TOKEN = re.compile(
    "|".join(
        (
            r"(?P<comment>\#[^\n]*)",
            r"(?P<newline>\n)",
            r'(?P<text>"""(?:[^"\\]++|\\.|"(?!""))*+"{3,5}',
            r"'''(?:[^']++|'(?!''))*+'{3,5}",
            r'"(?:[^"\\\n]++|\\.)*+"',
            r"'[^'\n]*+')",
            r"(?P<mark>[\[\]{},=])",
            r"(?P<bare>[^\s#\"'\[\]{},=]++)",
        )
    ),
    re.DOTALL,
)


class _Token(NamedTuple):
    kind: str
    text: str
    line: int


@dataclass
class _Open:
    """What the scanner is inside of: a table (index None), or a list and the index of its item."""

    path: Path
    index: int | None = None


def line_of(lines: Mapping[Path, int], path: Path) -> int | None:
    """Return the line of the setting; where it is not written out, of the table that it would be in."""
    return next((lines[path[:end]] for end in range(len(path), 0, -1) if path[:end] in lines), None)


def lines_of(text: str) -> dict[Path, int]:
    """Return the line, counted from 1, on which each table, key and list item first appears."""
    scanner = _Scanner(_tokens(text))
    scanner.scan()
    return scanner.lines


def _tokens(text: str) -> Iterator[_Token]:
    line = 1
    for match in _TOKEN.finditer(text):
        if match.lastgroup != "comment":
            yield _Token(match.lastgroup or "", match[0], line)
        line += match[0].count("\n")


@dataclass
class _Scanner:
    tokens: Iterator[_Token]
    lines: dict[Path, int] = field(default_factory=dict)
    last: dict[Path, int] = field(default_factory=dict)
    """Index of the last table of each ``[[x]]``."""

    def scan(self) -> None:
        inside = [_Open(())]
        key: list[str] | None = []  # the parts of the key so far; None: a value is being read
        path: Path = ()  # of that value
        for kind, text, line in self.tokens:
            here = inside[-1]
            if kind == "newline":
                if len(inside) == 1:
                    key = []
            elif kind != "mark":
                if key is None:
                    self.note(path, line)
                else:
                    key += _parts(kind, text)
            elif key is not None and text == "[":
                inside, key = [_Open(self.header(line))], []
            elif key is not None and text == "=":
                for end in range(1, len(key) + 1):
                    path = (*here.path, *key[:end])
                    self.note(path, line)
                key = None
            elif text in "[{":
                self.note(path, line)
                inside.append(_Open(path, 0 if text == "[" else None))
                key, path = (None, (*path, 0)) if text == "[" else ([], path)
            elif text in "]}":
                # The outermost is never closed in valid text.
                inside, key = inside[:-1] or inside, None
            elif here.index is None:
                key = []
            else:
                here.index += 1
                path = (*here.path, here.index)

    def header(self, line: int) -> Path:
        """Read ``[x.y]`` or ``[[x.y]]``, of which the first bracket has been taken."""
        parts: list[str] = []
        is_list = False
        for kind, text, _ in self.tokens:
            if kind == "mark" and text == "[":
                is_list = True
            elif kind == "mark":
                break
            else:
                parts += _parts(kind, text)
        path: Path = ()
        for number, part in enumerate(parts, start=1):
            path = (*path, part)
            self.note(path, line)
            if is_list and number == len(parts):
                self.last[path] = self.last.get(path, -1) + 1
            if path in self.last:
                path = (*path, self.last[path])
                self.note(path, line)
        if is_list:
            next(self.tokens, None)  # the second closing bracket
        return path

    def note(self, path: Path, line: int) -> None:
        self.lines.setdefault(path, line)


def _parts(kind: str, text: str) -> list[str]:
    if kind == "bare":
        return [part for part in text.split(".") if part]
    # tomllib knows all the escapes that a key in quotes may hold.
    return [str(tomllib.loads(f"key = {text}")["key"])]
