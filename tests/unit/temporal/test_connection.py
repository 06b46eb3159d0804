"""The settings of the Temporal connection, from the environment, `.env` and Temporal's configuration file."""

from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client

from orchestration.settings import SettingsWrong
from orchestration.temporal.connection import connect


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, Any]:
    """What the SDK was asked to connect to; nothing of this machine's own settings counts."""
    asked: dict[str, Any] = {}

    async def record(target_host: str, **options: Any) -> Client:
        asked.update(options, target_host=target_host)
        return Client.__new__(Client)

    monkeypatch.setattr(Client, "connect", record)
    monkeypatch.chdir(tmp_path)
    for name in ("ADDRESS", "NAMESPACE", "API_KEY", "TLS", "PROFILE", "CONFIG_FILE"):
        monkeypatch.delenv(f"TEMPORAL_{name}", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    return asked


async def test_the_default_is_the_development_server(asked: dict[str, Any]) -> None:
    """As `make run` starts it."""
    await connect("test")
    assert (asked["target_host"], asked["identity"]) == ("localhost:7233", "test")


async def test_temporals_own_variables_count(asked: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Address, namespace, API key; with a key, TLS is on."""
    monkeypatch.setenv("TEMPORAL_ADDRESS", "cloud.example:7233")
    monkeypatch.setenv("TEMPORAL_NAMESPACE", "orders.prod")
    monkeypatch.setenv("TEMPORAL_API_KEY", "key")
    await connect("test")
    assert (asked["target_host"], asked["namespace"]) == ("cloud.example:7233", "orders.prod")
    assert asked["api_key"] == "key"


async def test_they_may_stand_in_the_env_file_and_the_environment_wins(
    asked: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Like all other settings."""
    (tmp_path / ".env").write_text("TEMPORAL_ADDRESS=file:7233\nTEMPORAL_NAMESPACE=from-file\n")
    monkeypatch.setenv("TEMPORAL_ADDRESS", "environment:7233")
    await connect("test")
    assert (asked["target_host"], asked["namespace"]) == ("environment:7233", "from-file")


async def test_an_empty_variable_hides_what_the_env_file_says(
    asked: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """So `make run` keeps its processes on its own server, whatever cluster `.env` describes."""
    (tmp_path / ".env").write_text("TEMPORAL_API_KEY=secret\nTEMPORAL_TLS=true\n")
    monkeypatch.setenv("TEMPORAL_API_KEY", "")
    monkeypatch.setenv("TEMPORAL_TLS", "")
    await connect("test")
    assert "api_key" not in asked
    assert not asked.get("tls")


async def test_a_profile_is_read(
    asked: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """From Temporal's configuration file, with its TLS settings."""
    config = tmp_path / "temporal.toml"
    config.write_text('[profile.prod]\naddress = "prod:7233"\n[profile.prod.tls]\nserver_name = "t"\n')
    monkeypatch.setenv("TEMPORAL_CONFIG_FILE", str(config))
    monkeypatch.setenv("TEMPORAL_PROFILE", "prod")
    await connect("test")
    assert asked["target_host"] == "prod:7233"
    assert asked["tls"].domain == "t"


async def test_a_configuration_that_cannot_be_read_is_said(
    asked: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """And nothing is connected."""
    config = tmp_path / "temporal.toml"
    config.write_text("profile = [")
    monkeypatch.setenv("TEMPORAL_CONFIG_FILE", str(config))
    with pytest.raises(SettingsWrong, match="TEMPORAL_"):
        await connect("test")
    assert asked == {}
