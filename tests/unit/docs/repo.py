"""Reads what the documents are compared with: settings, entry points and files of this repository."""

import importlib.util
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic_settings import BaseSettings
from typer.core import TyperGroup
from typer.main import get_command

from bot.settings import BotSettings
from db.migrate import Command
from localdev.settings import PREFIX, LocaldevSettings
from orchestration.cli.app import app
from orchestration.codec_server.settings import CodecServerSettings
from orchestration.settings import MigrationSettings, OrchestrationSettings, ProcessSettings

ROOT = Path(__file__).parents[3]

PROCESSES: dict[str, type[BaseSettings]] = {
    "orchestration": OrchestrationSettings,
    "bot": BotSettings,
    "db": MigrationSettings,
    "orchestration.cli": ProcessSettings,
    "orchestration.codec_server": CodecServerSettings,
    "localdev": LocaldevSettings,
}
"""Module of each process, and the settings that it reads; with Temporal's, PayloadSettings as well."""

NEEDED = {
    "SLACK_BOT_TOKEN": "xoxb-1",
    "SLACK_APP_TOKEN": "xapp-1",
    "SLACK_APPROVALS_CHANNEL": "C0AB",
    "PAYLOAD_KEYS": f"a:{'A' * 43}=",
}
"""Settings that some process does not start without."""

_INTERPOLATED = re.compile(r"\$\{(?P<name>\w+)(?P<kind>:[-?])?(?P<rest>[^}]*)\}")


@dataclass(frozen=True)
class EnvLine:
    """One setting of .env.example, with the comment above it."""

    name: str
    value: str
    comment: str


def settings_names(settings: type[BaseSettings]) -> set[str]:
    """The variables that a process reads."""
    prefix = PREFIX if settings is LocaldevSettings else ""
    return {prefix + name.upper() for name in settings.model_fields}


@cache
def env_example() -> dict[str, EnvLine]:
    """The settings of .env.example by their names."""
    found: dict[str, EnvLine] = {}
    comment = ""
    for line in text(".env.example").splitlines():
        match = re.fullmatch(r"#([A-Z][A-Z0-9_]*)=(.*)", line)
        if match is None:
            comment = line
            continue
        assert match[1] not in found, f"{match[1]} stands in .env.example twice"
        found[match[1]] = EnvLine(match[1], match[2], comment)
        comment = ""
    return found


def text(path: str) -> str:
    """A file of the repository."""
    return (ROOT / path).read_text(encoding="utf-8")


@cache
def compose() -> dict[str, Any]:
    """docker-compose.yml."""
    content: dict[str, Any] = yaml.safe_load(text("docker-compose.yml"))
    return content


@cache
def manifest() -> dict[str, Any]:
    """manifest.yml."""
    content: dict[str, Any] = yaml.safe_load(text("manifest.yml"))
    return content


def interpolated(value: str) -> list[tuple[str, str, str]]:
    """Each ``${NAME:-default}`` or ``${NAME:?message}`` in a value, as name, kind and the rest."""
    return [(each["name"], each["kind"] or "", each["rest"]) for each in _INTERPOLATED.finditer(value)]


def interpolate(value: str, given: dict[str, str]) -> str:
    """What docker compose would make of it."""
    return _INTERPOLATED.sub(lambda each: given.get(each["name"]) or each["rest"], value)


def check_command(module: str, arguments: list[str]) -> None:
    """Fail unless ``python -m module arguments`` is something that exists."""
    spec = importlib.util.find_spec(module)
    assert spec is not None, f"there is no module {module}"
    if spec.submodule_search_locations is not None:
        assert importlib.util.find_spec(f"{module}.__main__"), f"python -m {module} would not run"
    words = [word for word in arguments if re.fullmatch(r"[a-z][a-z-]*", word)]
    if module == "db":
        assert words[:1] == [] or words[0] in list(Command), words
    elif module == "orchestration.cli" and words:
        check_cli(words, [word for word in arguments if word.startswith("--")])


def check_cli(words: list[str], options: list[str]) -> None:
    """Fail unless the CLI has this command, perhaps of a group, with these options."""
    command: Any = get_command(app)  # typer has click's classes in a module of its own
    while isinstance(command, TyperGroup):
        word, *words = words
        assert word in command.commands, f"{command.name} has no command {word}"
        command = command.commands[word]
    known = _options(command) | {"--help"}
    unknown = {option.partition("=")[0] for option in options} - known
    assert not unknown, f"{command.name} has no {unknown}"


@cache
def cli_commands() -> tuple[str, ...]:
    """Return every command of the CLI, those of a group with the group's name before them."""
    return tuple(sorted(_leaves()))


def cli_options(command: str) -> set[str]:
    """Return the options of a command, without ``--help``."""
    return _options(_leaves()[command])


def _leaves() -> dict[str, Any]:
    found: dict[str, Any] = {}
    groups: list[tuple[str, Any]] = [("", get_command(app))]
    while groups:
        before, group = groups.pop()
        for name, command in group.commands.items():
            if isinstance(command, TyperGroup):
                groups.append((f"{before}{name} ", command))
            else:
                found[f"{before}{name}"] = command
    return found


def _options(command: Any) -> set[str]:
    return {option for each in command.params for option in each.opts if option.startswith("--")}
