"""The runbook quotes log lines and checks as they are, and explains every finding."""

import ast
import re
from functools import cache

import pytest

from orchestration.domain.reconciliation.findings import FindingKind
from orchestration.process.health import CHECK_TIME_LIMIT
from orchestration.worker.task_queues import Queue
from tests.unit.docs.pages import names, rows, sections
from tests.unit.docs.repo import ROOT, env_example, text

_SECTIONS = sections("docs/operate.md")
_LOG = {names(row[0])[0]: row[1:] for row in rows(_SECTIONS["Log lines"])}
_CHECKS = [names(row[0]) for row in rows(_SECTIONS["`/readyz`"])]


@cache
def _sentences(package: str) -> str:
    """Return every string in the code of a package but docstrings; f-strings without what is interpolated."""
    found = []
    for path in sorted((ROOT / package).rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr):
                found.append("".join(str(v.value) for v in node.values if isinstance(v, ast.Constant)))
            elif (
                isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings
            ):
                found.append(node.value)
    return "\n".join(found)


_PACKAGES = {"bot": ("bot",), "orchestration": ("orchestration",), "migrations": ("db",)}


@pytest.mark.parametrize("line", _LOG)
def test_log_lines_are_quoted_as_they_are(line: str) -> None:
    """Whoever searches the page for a line of the log finds it."""
    packages = {"db", "orchestration"}.union(*(_PACKAGES[process] for process in _LOG[line][0].split(", ")))
    assert any(line in _sentences(package) for package in packages)


def test_each_log_line_says_how_loud_it_is() -> None:
    """With a level of the logs."""
    assert {row[1] for row in _LOG.values()} == {"error", "warning", "warning or error"}
    assert len(_LOG) >= 20


def test_every_check_is_explained() -> None:
    """Those of the bot, and of orchestration with its deployments."""
    there = set(re.findall(r'checks\["(\w+)"\]', text("bot/__main__.py") + text("orchestration/__main__.py")))
    assert there >= {"slack", "socket", "database", "temporal"}
    assert there | {queue.deployment for queue in Queue} <= {name for check in _CHECKS for name in check}
    assert f"`no answer within {CHECK_TIME_LIMIT:g} s`" in _SECTIONS["`/readyz`"]


def test_every_finding_is_explained() -> None:
    """And none that the reconciler does not have."""
    explained = {name for row in rows(_SECTIONS["Reconciliation"]) for name in names(row[0])}
    assert explained == set(FindingKind)
    assert env_example()["RECONCILE_MINUTES"].value == "10"
    assert "Every ten minutes (`RECONCILE_MINUTES`)" in _SECTIONS["Reconciliation"]


def test_every_secret_can_be_replaced() -> None:
    """Each token and key of the processes has its row."""
    replaced = {name for row in rows(_SECTIONS["Tokens"]) for name in names(row[0])}
    assert {
        "SLACK_BOT_TOKEN",
        "SLACK_APP_TOKEN",
        "TEMPORAL_API_KEY",
        "PAYLOAD_KEYS",
        "DATABASE_URL",
    } <= replaced


def test_the_ports_are_those_of_make_run() -> None:
    """Health endpoints and the Web UI."""
    page = text("docs/operate.md")
    for setting in ("LOCALDEV_ORCHESTRATION_HEALTH_PORT", "LOCALDEV_BOT_HEALTH_PORT"):
        assert env_example()[setting].value in _SECTIONS["What to watch"]
    assert f"http://127.0.0.1:{env_example()['LOCALDEV_TEMPORAL_UI_PORT'].value}" in page
