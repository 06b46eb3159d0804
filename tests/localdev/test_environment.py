"""The environment variables of the processes, and when real Slack is used."""

from pathlib import Path

import pytest

from localdev.environment import Environment, make_environment
from localdev.errors import LocaldevError
from localdev.processes.program import Program
from localdev.processes.supervisor import Unit
from localdev.services import services
from localdev.settings import LocaldevSettings
from localdev.settings import load as load_settings

_TOKENS = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}


def _make(
    tmp_path: Path, real: dict[str, str] | None = None, env_file: str = "", **ports: int
) -> Environment:
    file = tmp_path / ".env"
    file.write_text(env_file)
    settings = LocaldevSettings.model_validate({"dir": tmp_path, **ports})
    return make_environment(settings, real or {}, file)


def test_without_tokens_it_is_the_simulator(tmp_path: Path) -> None:
    lines = "SLACK_BOT_TOKEN=\nSLACK_APPROVALS_CHANNEL=C0MINE\n"
    environment = _make(tmp_path, env_file=lines, slack_port=9000)
    assert not environment.real_slack
    assert environment.variables["SLACK_API_URL"] == "http://127.0.0.1:9000/api/"
    assert environment.variables["SLACK_APPROVALS_CHANNEL"] == "C0APPROVE"
    assert Path(environment.variables["APPROVAL_POLICY_FILE"]).is_file()


@pytest.mark.parametrize("in_file", [True, False])
def test_with_both_tokens_slack_is_the_real_one(tmp_path: Path, in_file: bool) -> None:
    lines = "".join(f"{name}={value}\n" for name, value in _TOKENS.items())
    environment = _make(tmp_path, env_file=lines) if in_file else _make(tmp_path, real=_TOKENS)
    assert environment.real_slack
    assert "SLACK_API_URL" not in environment.variables
    assert "APPROVAL_POLICY_FILE" not in environment.variables


@pytest.mark.parametrize("present", _TOKENS)
def test_one_token_alone_is_refused(tmp_path: Path, present: str) -> None:
    with pytest.raises(LocaldevError, match=f"{present} is set, and .* is not"):
        _make(tmp_path, real={present: _TOKENS[present]})


def test_what_was_set_on_purpose_wins(tmp_path: Path) -> None:
    environment = _make(tmp_path, real={"APPROVAL_POLICY_FILE": "mine.toml"}, env_file="FLAKY_ERROR_RATE=0\n")
    assert environment.variables["APPROVAL_POLICY_FILE"] == "mine.toml"
    assert environment.variables["FLAKY_ERROR_RATE"] == "0"


def test_the_build_is_always_the_same(tmp_path: Path) -> None:
    """Waiting orders continue with changed code. With another build they would have no workers."""
    environment = _make(tmp_path, real={"BUILD_ID": "abc"}, env_file="BUILD_ID=def\n")
    assert environment.variables["BUILD_ID"] == "localdev"


def test_another_clusters_key_does_not_reach_the_development_server(tmp_path: Path) -> None:
    environment = _make(tmp_path, real={"TEMPORAL_API_KEY": "secret", "TEMPORAL_NAMESPACE": "prod"})
    assert "TEMPORAL_API_KEY" not in environment.variables
    assert environment.variables["TEMPORAL_NAMESPACE"] == "default"
    assert environment.cli_export == "export TEMPORAL_ADDRESS=127.0.0.1:7233"
    written = _make(tmp_path, env_file="TEMPORAL_API_KEY=secret\nTEMPORAL_ADDRESS=cloud:7233\n")
    assert written.variables["TEMPORAL_API_KEY"] == ""
    assert written.variables["TEMPORAL_ADDRESS"] == "127.0.0.1:7233"


def test_the_cli_needs_nothing_with_the_default_ports(tmp_path: Path) -> None:
    assert _make(tmp_path).cli_export == ""
    assert _make(tmp_path, postgres_port=6000, temporal_port=7000).cli_export == (
        "export DATABASE_URL='postgresql://countersign_process@127.0.0.1:6000/countersign?sslmode=disable' "
        "TEMPORAL_ADDRESS=127.0.0.1:7000"
    )


def test_two_things_on_one_port_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCALDEV_SLACK_PORT", "8082")
    with pytest.raises(LocaldevError, match="LOCALDEV_SLACK_PORT and LOCALDEV_BOT_HEALTH_PORT are both 8082"):
        load_settings()


def test_only_the_migrations_are_told_of_the_owner(tmp_path: Path) -> None:
    """The processes log in as a role that owns nothing, whatever `.env` has for the migrations."""
    environment = _make(tmp_path, env_file="MIGRATIONS_DATABASE_URL=postgresql://me@elsewhere/x\n")
    assert environment.variables["DATABASE_URL"].startswith("postgresql://countersign_process@127.0.0.1:")
    assert environment.with_health_port(1)["MIGRATIONS_DATABASE_URL"] == ""
    assert environment.migrations["MIGRATIONS_DATABASE_URL"].startswith("postgresql://countersign@127.0.0.1:")


def test_with_keys_the_web_ui_gets_an_endpoint_that_decrypts(tmp_path: Path) -> None:
    environment = _make(tmp_path, env_file="PAYLOAD_KEYS=a:b\nCODEC_SERVER_HOST=0.0.0.0\n", codec_port=9001)
    assert environment.encrypted
    assert environment.variables["CODEC_SERVER_HOST"] == "127.0.0.1"
    settings = LocaldevSettings.model_validate({"dir": tmp_path, "codec_port": 9001})
    units = {unit.name: unit for unit in services(settings, environment, print)}
    assert units["codec endpoint"].ports == ((9001, "LOCALDEV_CODEC_PORT"),)
    assert "--ui-codec-endpoint=http://127.0.0.1:9001" in _argv(units["Temporal"])
    assert not _make(tmp_path, real={"PAYLOAD_KEYS": ""}, env_file="PAYLOAD_KEYS=a:b\n").encrypted


def test_without_keys_there_is_none(tmp_path: Path) -> None:
    environment = _make(tmp_path)
    units = {unit.name: unit for unit in services(LocaldevSettings(dir=tmp_path), environment, print)}
    assert "codec endpoint" not in units
    assert not [word for word in _argv(units["Temporal"]) if word.startswith("--ui-codec")]


def _argv(unit: Unit) -> tuple[str, ...]:
    assert isinstance(unit.runs, Program)
    return unit.runs.argv
