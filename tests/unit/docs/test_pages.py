"""Every page names only what exists: links, files, commands, settings; the index has every page."""

import os
import re

import pytest

from orchestration.domain.order.status import OrderStatus
from orchestration.domain.refund.refund import RefundStatus
from tests.unit.docs.pages import PAGES, anchors, code, commands, links, python_commands
from tests.unit.docs.repo import ROOT, check_cli, check_command, cli_commands, env_example, text

_TOP = r"(?:orchestration|bot|db|localdev|tests|bench|docs|\.ci|\.github)/"
_AT_THE_TOP = r"pyproject\.toml|Makefile|Dockerfile|docker-compose\.yml|manifest\.yml|\.env\.example"
_OF_OTHERS = {"TEMPORAL_CODEC_ENDPOINT"}
"""A setting of Temporal's Web UI."""
_PATH = re.compile(rf"{_TOP}[\w./-]*(?:[<*].*|::\w+)?|{_AT_THE_TOP}|approval-policy\.example\.toml")


@pytest.mark.parametrize("page", PAGES)
def test_every_link_resolves(page: str) -> None:
    """To a file or a folder, and where it names a heading, to a heading of that page."""
    broken = []
    for link in links(page):
        path, _, anchor = link.partition("#")
        target = os.path.relpath(ROOT / os.path.dirname(page) / path, ROOT) if path else page
        if not (ROOT / target).exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("page", PAGES)
def test_every_path_exists(page: str) -> None:
    """Of a path with a placeholder, the folder; of a test, the function in its file."""
    missing = []
    for each in filter(_PATH.fullmatch, code(page)):
        path, _, function = each.partition("::")
        real = re.split(r"[<*]", path)[0]
        real = real if real == path else real.rpartition("/")[0]
        if not (ROOT / real).exists() or (function and f"def {function}(" not in text(real)):
            missing.append(each)
    assert missing == []


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "docs/develop.md"])
def test_pages_for_developers_name_many_paths(page: str) -> None:
    """The test above would also pass if it recognised none."""
    assert len({each for each in code(page) if _PATH.fullmatch(each)}) > 20


@pytest.mark.parametrize("page", PAGES)
def test_every_make_target_exists(page: str) -> None:
    """In the Makefile."""
    targets = set(re.findall(r"^([a-z]+):", text("Makefile"), re.MULTILINE))
    assert {word for line in commands(page) for word in re.findall(r"\bmake ([a-z]+)", line)} <= targets


@pytest.mark.parametrize("page", PAGES)
def test_every_python_command_exists(page: str) -> None:
    """The module, the command in it and each of its options."""
    for module, *arguments in python_commands(page):
        check_command(module, arguments)


@pytest.mark.parametrize("page", PAGES)
def test_every_cli_command_in_short_exists(page: str) -> None:
    """Such as ``policy check FILE``, without the program's name."""
    groups = {name.split()[0] for name in cli_commands()}
    for each in code(page):
        words = each.split()
        if len(words) > 1 and words[0] in groups and "(" not in each:
            plain = [word for word in words if re.fullmatch(r"[a-z][a-z-]*", word)]
            check_cli(plain, [word for word in words if word.startswith("--")])


@pytest.mark.parametrize("page", PAGES)
def test_every_setting_exists(page: str) -> None:
    """Each is in .env.example."""
    named = {word for each in code(page) for word in re.findall(r"^[A-Z]+(?:_[A-Z]+)+(?==|$)", each)}
    assert named - {*OrderStatus, *RefundStatus, *_OF_OTHERS} <= set(env_example())


def test_every_make_target_is_explained() -> None:
    """In docs/develop.md."""
    targets = set(re.findall(r"^\.PHONY: (.+)$", text("Makefile"), re.MULTILINE)[0].split())
    used = {word for line in commands("docs/develop.md") for word in re.findall(r"\bmake ([a-z]+)", line)}
    assert used >= targets


def test_the_index_has_every_page() -> None:
    """And nothing that is no page."""
    listed = {os.path.relpath(ROOT / "docs" / link, ROOT) for link in links("docs/README.md")}
    assert {page for page in PAGES if page != "docs/README.md"} <= listed


def test_the_example_of_docker_compose_is_shown() -> None:
    """Somebody who runs the parts by hand finds all of them on the page for operators."""
    shown = {module for module, *_ in python_commands("docs/operate.md")}
    assert {"bot", "db", "orchestration", "orchestration.cli", "orchestration.codec_server"} <= shown
    assert any(line.startswith("docker compose up") for line in commands("docs/operate.md"))
