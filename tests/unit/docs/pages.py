"""Reads the Markdown documents: their code, links, headings and tables."""

import re
import shlex
from functools import cache

from tests.unit.docs.repo import ROOT, text

PAGES = ("README.md", "CONTRIBUTING.md", *sorted(f"docs/{path.name}" for path in ROOT.glob("docs/*.md")))
"""Every page that these tests read, by its path."""

_FENCE = re.compile(r"^```(\w*)(?: (\w+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@cache
def without_blocks(page: str) -> str:
    """Return a page without its fenced code blocks."""
    return _FENCE.sub("", text(page))


@cache
def code(page: str) -> list[str]:
    """Return the inline code of a page."""
    return re.findall(r"`([^`\n]+)`", without_blocks(page))


@cache
def blocks(page: str, language: str) -> list[tuple[str, str]]:
    """Return the fenced blocks of a language, each with the second word of its opening line."""
    return [(name, body) for kind, name, body in _FENCE.findall(text(page)) if kind == language]


@cache
def commands(page: str) -> list[str]:
    """Return everything on a page that can be typed: lines of shell blocks, and inline code."""
    shell = "\n".join(body for _, body in blocks(page, "sh")).replace("\\\n", " ")
    return [*shell.splitlines(), *code(page)]


@cache
def python_commands(page: str) -> list[list[str]]:
    """Return the words of each ``python -m`` command of a page, without ``python -m``."""
    found = [line[line.index("python -m ") :] for line in commands(page) if "python -m " in line]
    return [words for line in found if (words := shlex.split(line, comments=True)[2:])]


@cache
def links(page: str) -> list[str]:
    """Return the targets of the links and pictures of a page that lead into this repository."""
    found: list[str] = re.findall(r"\]\(([^)\s]+)\)", without_blocks(page))
    return [link for link in found if "://" not in link]


@cache
def anchors(page: str) -> set[str]:
    """Return the anchors that GitHub makes from the headings of a page."""
    headings = re.findall(r"^#+ (.+)$", without_blocks(page), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@cache
def sections(page: str) -> dict[str, str]:
    """Return the text of a page by its headings; each text ends at the next heading."""
    parts = re.split(r"^#+ (.+)$", without_blocks(page), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def rows(content: str) -> list[list[str]]:
    """Return the cells of each row of the tables in a text, without the headings."""
    found: list[list[str]] = []
    lines = content.splitlines()
    for before, line in zip(["", *lines], lines, strict=False):
        if not line.startswith("|"):
            continue
        if line.startswith("|--"):
            found.pop()  # The line before was the heading.
        elif before.startswith("|") or not before:
            found.append([cell.strip() for cell in line.strip("|").split(" | ")])
    return found


def names(cell: str) -> list[str]:
    """Return the inline code in a cell of a table."""
    return re.findall(r"`([^`]+)`", cell)
