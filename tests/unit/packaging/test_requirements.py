import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.unit.docs.repo import text

_PROJECT = tomllib.loads(text("pyproject.toml"))["project"]
_EXTRAS = _PROJECT["optional-dependencies"]
_FILES: dict[str, list[str]] = {
    "requirements.txt": _PROJECT["dependencies"],
    "requirements-localdev.txt": [*_PROJECT["dependencies"], *_EXTRAS["localdev"]],
    "requirements-dev.txt": [*_PROJECT["dependencies"], *_EXTRAS["localdev"], *_EXTRAS["dev"]],
}


def _pins(file: str) -> dict[str, str]:
    pins = re.findall(r"^([\w.-]+)(?:\[.*\])?==(\S+)", text(file), re.MULTILINE)
    return {canonicalize_name(name): version for name, version in pins}


@pytest.mark.parametrize("file", _FILES)
def test_every_direct_dependency_is_pinned_to_an_allowed_version(file: str) -> None:
    """`make lock` was run after pyproject.toml was changed."""
    pins = _pins(file)
    for line in _FILES[file]:
        requirement = Requirement(line)
        assert requirement.specifier.contains(pins[canonicalize_name(requirement.name)]), line


@pytest.mark.parametrize("file", _FILES)
def test_every_pin_has_hashes_and_no_index_is_named(file: str) -> None:
    """Whoever installs chooses the index; what comes from it is checked."""
    content = text(file)
    assert not re.search(
        r"^\s*(-i|-f|--(extra-)?index-url|--find-links)|https?://|file:", content, re.MULTILINE
    )
    entries = [
        entry
        for entry in re.split(r"^(?=[\w.-]+(?:\[.*\])?==)", content, flags=re.MULTILINE)
        if "==" in entry
    ]
    assert len(entries) >= len(_pins(file))
    assert [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_the_files_agree() -> None:
    """What tests run is what production installs."""
    runtime, localdev, dev = (_pins(file) for file in _FILES)
    assert runtime.items() <= localdev.items() <= dev.items()
