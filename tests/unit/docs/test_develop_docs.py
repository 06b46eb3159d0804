"""docs/develop.md and CONTRIBUTING.md have the layers, the folders of tests and the recipes as they are."""

import re
import tomllib

from orchestration.contracts.activity_options import START_TO_CLOSE
from tests.unit.docs.pages import names, rows, sections
from tests.unit.docs.repo import ROOT, text

_SECTIONS = sections("docs/develop.md")
_CONTRACTS = tomllib.loads(text("pyproject.toml"))["tool"]["importlinter"]["contracts"]


def _module(path: str) -> str:
    return path.removesuffix("/").removesuffix(".py").replace("/", ".")


def test_the_layers_are_those_that_the_linter_checks() -> None:
    """In the same order."""
    for package, lowest in (("orchestration", "orchestration.domain"), ("bot", "bot.ids")):
        (contract,) = [each for each in _CONTRACTS if lowest in each.get("layers", [])]
        modules = [{_module(path) for path in names(row[0])} for row in rows(_SECTIONS["Layout"])]
        shown = [layer for layer in modules if min(layer).startswith(f"{package}.")]
        assert shown == [set(layer.split(" | ")) for layer in contract["layers"]]


def test_every_folder_of_tests_is_explained() -> None:
    """And none that is gone."""
    there = {f"tests/{path.parent.name}/" for path in ROOT.glob("tests/*/__init__.py")}
    assert {name for row in rows(_SECTIONS["Tests"]) for name in names(row[0])} == there


def test_numbers_are_those_of_the_code() -> None:
    """Of pytest's time limit, the line length, and an activity's attempt."""
    project = tomllib.loads(text("pyproject.toml"))["tool"]
    assert f"longer than {project['pytest']['ini_options']['timeout']} seconds" in _SECTIONS["Tests"]
    assert f"at most {project['ruff']['line-length']} characters" in _SECTIONS["Conventions"]
    assert f"at most {START_TO_CLOSE.total_seconds():g} seconds" in text("CONTRIBUTING.md")


def test_the_recipes_are_there() -> None:
    """Each with its steps."""
    recipes = sections("CONTRIBUTING.md")
    wanted = ("command", "/order", "card", "setting", "migration", "activity", "workflow", "test")
    for word in wanted:
        found = [
            body for title, body in recipes.items() if re.match(r"(Add|Change)", title) and word in title
        ]
        assert found, f"there is no recipe for {word}"
        assert all(len(re.findall(r"^\d\. ", body, re.MULTILINE)) >= 4 for body in found)
