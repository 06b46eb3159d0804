"""`.ci/audit.py`: a vulnerable package fails the build; a service that is away is not good news."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.unit.docs.repo import ROOT, text

AWAY = "raise SystemExit('ERROR: Max retries exceeded')"
NOBODY_KNOWS_THEM = [{"name": "rich", "skip_reason": "Dependency not found on PyPI"}]
FINE: list[dict[str, Any]] = [{"name": "rich", "version": "15.0.0", "vulns": []}]
VULNERABLE: list[dict[str, Any]] = [
    {
        "name": "aiohttp",
        "version": "3.14.5",
        "vulns": [{"id": "PYSEC-2027-1", "aliases": ["CVE-2027-1"], "fix_versions": ["3.14.6"]}],
    },
    *FINE,
]


def _says(dependencies: list[dict[str, Any]]) -> str:
    """As pip-audit prints it, with the exit code that it has then."""
    body = json.dumps({"dependencies": dependencies, "fixes": []})
    return f"print({body!r}); raise SystemExit({int(any(each.get('vulns') for each in dependencies))})"


def _audit(
    folder: Path, *, pypi: str, osv: str = AWAY, dry: str = "pass", required: bool = False
) -> tuple[int, str]:
    """Run it with a pip-audit that answers so."""
    (folder / "pip_audit.py").write_text(
        f"import sys\nif '--dry-run' in sys.argv: {dry}\nelif 'pypi' in sys.argv: {pypi}\nelse: {osv}\n"
    )
    done = subprocess.run(
        [sys.executable, str(ROOT / ".ci/audit.py")],
        env=os.environ | {"PYTHONPATH": str(folder), "AUDIT_REQUIRED": "1" if required else ""},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("required", [True, False])
def test_nothing_found_is_said_with_the_number_of_packages(tmp_path: Path, required: bool) -> None:
    """So that none at all would be noticed."""
    code, said = _audit(tmp_path, pypi=_says(FINE), required=required)
    assert (code, said) == (0, "No known vulnerability in 1 pinned packages (pypi).\n")


@pytest.mark.parametrize(("pypi", "osv"), [(_says(VULNERABLE), AWAY), (AWAY, _says(VULNERABLE))])
def test_a_vulnerable_package_fails_the_build(tmp_path: Path, pypi: str, osv: str) -> None:
    """With what mends it; whichever service knows."""
    code, said = _audit(tmp_path, pypi=pypi, osv=osv)
    assert code == 1
    assert "aiohttp 3.14.5: PYSEC-2027-1, CVE-2027-1; mended in 3.14.6" in said


def test_one_finding_counts_though_other_packages_were_not_checked(tmp_path: Path) -> None:
    """It is never lost behind NOT CHECKED."""
    code, said = _audit(tmp_path, pypi=_says([*NOBODY_KNOWS_THEM, *VULNERABLE]))
    assert (code, "PYSEC-2027-1" in said) == (1, True)


def test_the_second_service_is_asked_where_the_first_is_away(tmp_path: Path) -> None:
    """And its word counts."""
    code, said = _audit(tmp_path, pypi=AWAY, osv=_says(FINE))
    assert (code, said) == (0, "No known vulnerability in 1 pinned packages (osv).\n")


@pytest.mark.parametrize(
    "pypi", [AWAY, _says(NOBODY_KNOWS_THEM), _says([*FINE, *NOBODY_KNOWS_THEM]), _says([]), "pass"]
)
@pytest.mark.parametrize("required", [True, False])
def test_what_nobody_checked_is_said_loudly(tmp_path: Path, pypi: str, required: bool) -> None:
    """Also where pip-audit itself says that nothing was found. Where it is required, it fails."""
    code, said = _audit(tmp_path, pypi=pypi, required=required)
    assert "NOT CHECKED" in said
    assert code == int(required)


def test_pins_that_cannot_be_read_are_our_own_fault(tmp_path: Path) -> None:
    """Not a service that is away."""
    code, said = _audit(tmp_path, pypi=_says(FINE), dry="raise SystemExit('not a pin')")
    assert (code, "cannot be read" in said, "not a pin" in said) == (1, True, True)


def test_make_check_runs_both() -> None:
    """On the product's own packages, and on the pins."""
    makefile = text("Makefile")
    assert (
        "bandit --quiet --recursive --configfile pyproject.toml bot orchestration db localdev\n" in makefile
    )
    assert "$(PY) .ci/audit.py\n" in makefile


def test_bandit_finds_what_it_is_for(tmp_path: Path) -> None:
    """With our configuration."""
    (tmp_path / "bad.py").write_text("import subprocess\nsubprocess.run(input(), shell=True)\n")
    done = subprocess.run(
        [sys.executable, "-m", "bandit", "-q", "-c", str(ROOT / "pyproject.toml"), str(tmp_path / "bad.py")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "B602" in done.stdout) == (1, True)
