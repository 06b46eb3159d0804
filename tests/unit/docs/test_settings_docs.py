"""docs/settings.md has every setting, with the processes that read it and its default."""

import re

import pytest
from pydantic_settings import BaseSettings

from bot.settings import BotSettings
from localdev.settings import LocaldevSettings
from orchestration.codec_server.settings import CodecServerSettings
from orchestration.settings import MigrationSettings, OrchestrationSettings, PayloadSettings, PolicySettings
from tests.unit.docs.pages import rows
from tests.unit.docs.repo import PROCESSES, env_example, settings_names, text

_ROWS = {row[0].strip("`"): row[1:] for row in rows(text("docs/settings.md")) if row[0].startswith("`")}
_READ_BY: dict[str, tuple[type[BaseSettings], ...]] = {
    "bot": (BotSettings, PayloadSettings),
    "orchestration": (OrchestrationSettings, PayloadSettings),
    "CLI": (PolicySettings, PayloadSettings),
    "migrations": (MigrationSettings,),
    "codec server": (CodecServerSettings,),
    "localdev": (LocaldevSettings,),
}
_INHERITED = {
    "CLI": {"HEALTH_HOST", "HEALTH_PORT", "LOG_FORMAT", "LOG_LEVEL"},
    "migrations": {"HEALTH_HOST", "HEALTH_PORT"},
}
"""Settings that a process has in its class, as every process does, and does not use."""
_CONNECTED_TO_TEMPORAL = {"bot", "orchestration", "CLI"}
_COMPOSE = "docker compose"


@pytest.mark.parametrize("settings", sorted(set(PROCESSES.values()), key=str))
def test_every_setting_is_described(settings: type[BaseSettings]) -> None:
    """Each field of the settings classes."""
    assert settings_names(settings) <= set(_ROWS)


def test_it_describes_exactly_what_env_example_lists() -> None:
    """Neither has a setting that the other one lacks."""
    assert set(_ROWS) == set(env_example())


@pytest.mark.parametrize("name", _ROWS)
def test_it_is_read_by_those_processes(name: str) -> None:
    """By those whose class has it; Temporal's own settings, by those that connect to Temporal."""
    processes = set(_ROWS[name][0].split(", "))
    if processes == {_COMPOSE}:
        assert f"${{{name}:?" in text("docker-compose.yml")
    elif name.startswith("TEMPORAL_"):
        assert processes == _CONNECTED_TO_TEMPORAL
    else:
        assert processes == {
            process
            for process, classes in _READ_BY.items()
            if any(name in settings_names(settings) for settings in classes)
            and name not in _INHERITED.get(process, set())
        }


@pytest.mark.parametrize("name", _ROWS)
def test_the_default_is_that_of_env_example(name: str) -> None:
    """Or the page says that it is required, or empty."""
    default = _ROWS[name][1]
    shown = env_example()[name].value
    if shown:
        assert default == f"`{shown}`"
    else:
        assert re.fullmatch(r"none, required|empty(: .+)?", default)


@pytest.mark.parametrize("name", _ROWS)
def test_it_has_a_meaning(name: str) -> None:
    """A phrase, not a word."""
    assert len(_ROWS[name]) == 3
    assert len(_ROWS[name][2]) > 10
