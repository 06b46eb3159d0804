"""The wheel has all packages and their data files, and the console script."""

import subprocess
import sys
import zipfile
from email.parser import Parser
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest

from orchestration import __version__
from tests.support.process import ROOT

PACKAGES = ("bot", "db", "orchestration")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel, built from a copy, since setuptools leaves files beside what it builds."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    source.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        (source / name).write_bytes((ROOT / name).read_bytes())
    for name in (*PACKAGES, "localdev", "tests"):
        copytree(
            ROOT / name, source / name, ignore=ignore_patterns("__pycache__", "node_modules", "histories")
        )
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "."]
    built = subprocess.run(
        [*command, "--wheel-dir", str(folder)], cwd=source, capture_output=True, text=True, check=False
    )
    assert built.returncode == 0, built.stderr
    [file] = folder.glob("*.whl")
    return zipfile.ZipFile(file)


def _text(wheel: zipfile.ZipFile, name: str) -> str:
    [path] = [path for path in wheel.namelist() if path.endswith(f".dist-info/{name}")]
    return wheel.read(path).decode()


def test_it_holds_every_file_of_the_packages_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    """Modules, migrations, queries and the markers of typed packages; no tests, no simulator."""
    wanted = {
        str(path.relative_to(ROOT))
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    held = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert held == wanted
    assert any(name.endswith(".sql") for name in held)
    assert {f"{package}/py.typed" for package in PACKAGES} <= held


def test_it_has_the_version_the_licence_and_the_command(wheel: zipfile.ZipFile) -> None:
    """`countersign` is the same program as `python -m orchestration.cli`."""
    metadata = Parser().parsestr(_text(wheel, "METADATA"))
    assert metadata["Version"] == __version__
    assert metadata["License-Expression"] == "MIT"
    assert "countersign = orchestration.cli.__main__:main" in _text(wheel, "entry_points.txt")
    assert any(Path(name).name == "LICENSE" for name in wheel.namelist())
