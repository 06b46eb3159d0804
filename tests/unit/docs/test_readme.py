import json
import re
import shlex

import pytest

from orchestration.cli.exit_codes import MEANINGS
from orchestration.contracts import names
from orchestration.domain.order.order import parse_order
from tests.unit.docs.repo import ROOT, check_command, env_example, text

_README = text("README.md")
_BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", _README, re.MULTILINE | re.DOTALL)
_SHELL = "\n".join(body for language, body in _BLOCKS if language == "sh").replace("\\\n", " ")
_PICTURES = ("docs/workspace.png", "docs/drawer.png")
_INLINE = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", _README, flags=re.MULTILINE | re.DOTALL))
_COMMANDS = [*_SHELL.splitlines(), *_INLINE]


def test_every_make_target_exists() -> None:
    """In the Makefile, as a target that is no file."""
    targets = set(re.findall(r"^([a-z]+):", text("Makefile"), re.MULTILINE))
    used = {word for line in _COMMANDS for word in re.findall(r"^make ([a-z]+)", line)}
    assert {"run", "test", "check", "reset"} <= used <= targets


def _module_commands() -> list[list[str]]:
    words = [shlex.split(line, comments=True) for line in _COMMANDS if line.startswith("python -m ")]
    return [each[2:] for each in words]


@pytest.mark.parametrize("command", _module_commands(), ids=" ".join)
def test_every_python_command_exists(command: list[str]) -> None:
    """The module, the command in it and each of its options."""
    check_command(command[0], command[1:])


def test_every_process_is_shown() -> None:
    """Somebody who runs the parts by hand finds them all."""
    assert {"bot", "db", "orchestration", "orchestration.cli"} <= {
        command[0] for command in _module_commands()
    }


def test_every_setting_that_it_names_exists() -> None:
    """And each that it shows in a table is explained in .env.example as well."""
    named = {word for code in _INLINE for word in re.findall(r"^[A-Z]+(?:_[A-Z]+)+(?==|$)", code)}
    assert {"DATABASE_URL", "SLACK_BOT_TOKEN"} <= named
    assert named - {"PENDING_MANUAL_APPROVAL", "PAYMENT_CHARGED"} <= set(env_example())


def test_links_lead_somewhere() -> None:
    """Files and folders of the repository."""
    links = re.findall(r"\]\(([^)#]+)\)", _README)
    local = {link for link in links if "://" not in link} - {*_PICTURES}
    assert local
    assert [link for link in local if not (ROOT / link).exists()] == []


@pytest.mark.parametrize("picture", _PICTURES)
def test_the_pictures_are_there(picture: str) -> None:
    """They are the first thing that people see."""
    assert f"]({picture})" in _README
    assert (ROOT / picture).stat().st_size > 1000


def test_paths_that_it_names_exist() -> None:
    """Those in code style that look like one of ours."""
    ours = re.compile(r"(?:orchestration|bot|db|localdev|tests|bench|docs)/[\w./-]*")
    paths = {code for code in _INLINE if ours.fullmatch(code)}
    assert paths
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_the_map_has_every_package() -> None:
    """A new one is put on it."""
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert [name for name in packages if f"({name}" not in _README] == []


def test_exit_codes_are_those_of_the_cli() -> None:
    """Number and meaning."""
    rows = re.findall(r"^\| (\d+) \| (.+) \|$", _README, re.MULTILINE)
    assert rows == [(str(code.value), meaning) for code, meaning in MEANINGS.items()]


def test_tables_are_those_of_the_database() -> None:
    """Each of the migrations' tables that people look into."""
    created = set(
        re.findall(r"CREATE TABLE (\w+)", "".join(p.read_text() for p in ROOT.glob("db/migrations/*.sql")))
    )
    assert {"orders", "payments", "decisions", "workflow_events", "slack_messages"} <= created
    assert [table for table in created - {"order_transitions"} if f"| `{table}` |" not in _README] == []


def test_what_other_programs_rely_on() -> None:
    """Names of the contract, and an order that is well formed."""
    [order] = [json.loads(body) for language, body in _BLOCKS if language == "json"]
    assert parse_order(order).amount == 99_600
    for name in (
        names.ORDER_WORKFLOW,
        names.ORDER_TASK_QUEUE,
        names.SLACK_TASK_QUEUE,
        names.APPROVE_SIGNAL,
        names.CANCEL_SIGNAL,
        names.STATUS_QUERY,
        names.VERDICT_QUERY,
        names.order_workflow_id("<order_id>"),
    ):
        assert f"`{name}`" in _README
    assert f"--workflow-id {names.order_workflow_id(order['order_id'])} " in _SHELL


def test_ci_runs_the_commands_of_the_readme() -> None:
    """Without anything typed in, from wherever it is called."""
    script = text(".ci/run")
    assert (ROOT / ".ci/run").stat().st_mode & 0o111
    lines = [line for line in script.splitlines() if line and not line.startswith("#")]
    assert lines[0] == "set -euo pipefail"
    assert lines[-2:] == ["make check", "make test"]
