import importlib
from pathlib import Path

import pytest
from pydantic_settings import BaseSettings

from localdev.settings import LocaldevSettings
from tests.unit.docs.repo import NEEDED, PROCESSES, env_example, settings_names

_COMPOSE_ONLY = {
    *("POSTGRES_PASSWORD", "COUNTERSIGN_DB_PASSWORD", "COUNTERSIGN_PROCESS_DB_PASSWORD"),
    "TEMPORAL_DB_PASSWORD",
}


def _of_temporals_client() -> set[str]:
    return {name for name in env_example() if name.startswith("TEMPORAL_")} - _COMPOSE_ONLY


@pytest.mark.parametrize("settings", sorted(set(PROCESSES.values()), key=str))
def test_every_setting_is_in_env_example(settings: type[BaseSettings]) -> None:
    """Nobody has to read the code to find a setting."""
    assert settings_names(settings) <= set(env_example())


def test_env_example_has_nothing_that_nobody_reads() -> None:
    """A setting that was renamed or dropped leaves it."""
    read = set().union(*(settings_names(settings) for settings in PROCESSES.values()))
    assert set(env_example()) - _of_temporals_client() - _COMPOSE_ONLY == read


def test_temporals_own_settings_are_known_to_its_client() -> None:
    """Their names are compared with those in the client's library."""
    bridge = importlib.import_module("temporalio.bridge.temporal_sdk_bridge")
    assert bridge.__file__
    library = Path(bridge.__file__).read_bytes()
    names = _of_temporals_client()
    assert {"TEMPORAL_ADDRESS", "TEMPORAL_NAMESPACE", "TEMPORAL_API_KEY", "TEMPORAL_TLS"} <= names
    assert [name for name in names if name.encode() not in library] == []


def test_every_setting_has_a_sentence() -> None:
    """Right above it."""
    short = [
        line.name
        for line in env_example().values()
        if not line.comment.startswith("# ") or len(line.comment) < 12
    ]
    assert short == []


def test_the_values_shown_are_the_defaults(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Taking the # off a line changes nothing."""
    monkeypatch.chdir(tmp_path)
    for name in env_example():
        monkeypatch.delenv(name, raising=False)
    for name, value in NEEDED.items():
        monkeypatch.setenv(name, value)
    for settings in set(PROCESSES.values()):
        default = settings()
        for line in env_example().values():
            if line.name in settings_names(settings) and line.name not in NEEDED:
                with monkeypatch.context() as only_here:
                    only_here.setenv(line.name, line.value)
                    assert settings() == default, line.name


def test_ports_of_localdev_match_the_defaults_of_the_processes() -> None:
    """What `make run` starts is what the CLI looks for unless told otherwise."""
    ports = LocaldevSettings.model_fields
    assert f":{ports['postgres_port'].default}/" in env_example()["DATABASE_URL"].value
    assert env_example()["TEMPORAL_ADDRESS"].value.endswith(f":{ports['temporal_port'].default}")
