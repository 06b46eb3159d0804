import re
from typing import Any
from urllib.parse import urlsplit

import pytest

from bot.settings import BotSettings
from orchestration.settings import OrchestrationSettings, PayloadSettings
from tests.unit.docs.repo import (
    NEEDED,
    PROCESSES,
    check_command,
    compose,
    env_example,
    interpolate,
    interpolated,
    settings_names,
)

_GIVEN = NEEDED | dict.fromkeys(
    [
        "POSTGRES_PASSWORD",
        "COUNTERSIGN_DB_PASSWORD",
        "COUNTERSIGN_PROCESS_DB_PASSWORD",
        "TEMPORAL_DB_PASSWORD",
    ],
    "abc123",
)
_SERVICES: dict[str, dict[str, Any]] = compose()["services"]
_OURS = sorted(name for name, service in _SERVICES.items() if "build" in service)
_SERVED = {"postgres": 5432, "temporal": 7233, "temporal-ui": 8080}
"""Port that each image listens on."""
_READ_BY_IMAGES = {
    "postgres": {
        "POSTGRES_PASSWORD", "PGHOST", "PGPORT", "PGUSER", "PGPASSWORD",
        "COUNTERSIGN_DB_PASSWORD", "COUNTERSIGN_PROCESS_DB_PASSWORD", "TEMPORAL_DB_PASSWORD",
    },
    "temporalio/admin-tools": {
        "SQL_PLUGIN", "SQL_HOST", "SQL_PORT", "SQL_USER", "SQL_PASSWORD",
        "TEMPORAL_ADDRESS", "TEMPORAL_NAMESPACE", "HOME",
    },
    "temporalio/server": {
        "DB", "DB_PORT", "POSTGRES_SEEDS", "POSTGRES_USER", "POSTGRES_PWD", "BIND_ON_IP",
        "DYNAMIC_CONFIG_FILE_PATH", "LOG_LEVEL",
    },
    "temporalio/ui": {"TEMPORAL_ADDRESS", "TEMPORAL_UI_PORT"},
}  # fmt: skip
"""Variables that the images of others read, as their own documentation has them."""


def _module(name: str) -> str:
    command: list[str] = _SERVICES[name]["command"]
    assert command[:2] == ["python", "-m"]
    return command[2]


def _environment(name: str) -> dict[str, str]:
    return {key: interpolate(value, _GIVEN) for key, value in _SERVICES[name].get("environment", {}).items()}


@pytest.mark.parametrize("name", _OURS)
def test_every_variable_is_a_setting_of_its_process(name: str) -> None:
    """A typo would be ignored silently by the process."""
    temporals = {key for key in env_example() if key.startswith("TEMPORAL_")}
    if "TEMPORAL_ADDRESS" in _environment(name):
        temporals |= settings_names(PayloadSettings)
    assert set(_environment(name)) <= settings_names(PROCESSES[_module(name)]) | temporals


@pytest.mark.parametrize("name", sorted(set(_SERVICES) - set(_OURS)))
def test_every_variable_of_another_image_is_one_that_it_reads(name: str) -> None:
    """Known ones only."""
    assert set(_environment(name)) <= _READ_BY_IMAGES[_SERVICES[name]["image"].partition(":")[0]]


@pytest.mark.parametrize("name", _OURS)
def test_every_command_is_an_entry_point(name: str) -> None:
    """The module, the command in it and its options exist."""
    check_command(_module(name), _SERVICES[name]["command"][3:])


def test_the_processes_accept_their_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the values of the compose file and nothing but the needed ones in .env."""
    for name, settings in (("orchestration", OrchestrationSettings), ("bot", BotSettings)):
        with monkeypatch.context() as only_here:
            for key, value in _environment(name).items():
                only_here.setenv(key, value)
            settings(_env_file=None)


@pytest.mark.parametrize("name", _SERVICES)
def test_variables_from_env_are_documented(name: str) -> None:
    """Each is in .env.example; one without a default stops compose with a sentence."""
    values = " ".join(str(value) for value in _SERVICES[name].get("environment", {}).values())
    for variable, kind, rest in interpolated(values):
        assert variable in env_example()
        assert kind, f"{variable} would silently be empty"
        if kind == ":-" and variable in _OWN_DEFAULTS:
            assert rest == _OWN_DEFAULTS[variable]


_OWN_DEFAULTS = {name: env_example()[name].value for name in ("APPROVAL_POLICY_FILE", "LOG_LEVEL")}


@pytest.mark.parametrize("name", _SERVICES)
def test_dependencies_can_come_true(name: str) -> None:
    """Healthy needs a health check, completed needs a program that ends; nothing waits for itself."""
    for other, condition in _SERVICES[name].get("depends_on", {}).items():
        service = _SERVICES[other]
        if condition["condition"] == "service_healthy":
            assert "healthcheck" in service
        else:
            assert condition["condition"] == "service_completed_successfully"
            assert service["restart"].startswith("on-failure")
    assert name not in _waits_for(name)


def _waits_for(name: str) -> set[str]:
    direct = set(_SERVICES[name].get("depends_on", {}))
    return direct.union(*(_waits_for(other) for other in direct))


@pytest.mark.parametrize("name", _SERVICES)
def test_addresses_lead_to_a_service_that_is_waited_for(name: str) -> None:
    """Host, port and network fit; whoever uses a server starts after it."""
    environment = _environment(name)
    used: list[tuple[str, int]] = []
    for variable, owns in (("DATABASE_URL", False), ("MIGRATIONS_DATABASE_URL", True)):
        if variable in environment:
            url = urlsplit(environment[variable])
            used.append((url.hostname or "", url.port or 0))
            [script] = _SERVICES["roles"]["command"]
            assert f"ALTER ROLE {url.username} PASSWORD" in script
            assert (f"('{url.path[1:]}', '{url.username}')" in script) is owns
            assert (f"GRANT countersign_app TO {url.username};" in script) is not owns
    if "TEMPORAL_ADDRESS" in environment:
        host, _, port = environment["TEMPORAL_ADDRESS"].partition(":")
        used.append((host, int(port)))
    for variable, port in (("SQL_HOST", "SQL_PORT"), ("POSTGRES_SEEDS", "DB_PORT"), ("PGHOST", "PGPORT")):
        if variable in environment:
            used.append((environment[variable], int(environment[port])))
    for host, number in used:
        assert _SERVED[host] == number
        assert host in _waits_for(name)
        assert set(_SERVICES[host]["networks"]) & set(_SERVICES[name]["networks"])


def test_ports_are_published_on_this_machine_only() -> None:
    """Each to the port that the image serves, none twice; the Web UI on 8233."""
    published: dict[str, str] = {}
    for name, service in _SERVICES.items():
        for port in service.get("ports", []):
            address, outside, inside = port.split(":")
            assert address == "127.0.0.1"
            assert int(inside) == _SERVED[name]
            assert outside not in published
            published[outside] = name
    assert published == {"7233": "temporal", "8233": "temporal-ui"}


@pytest.mark.parametrize("name", _SERVICES)
def test_images_are_pinned(name: str) -> None:
    """To an exact version."""
    assert re.fullmatch(r"[a-z/-]+:\d+\.\d+(\.\d+)?", _SERVICES[name]["image"])


def test_temporals_images_fit_each_other() -> None:
    """The schema tools are those of the server's own version."""
    versions = {
        service["image"].partition(":")[2]
        for service in _SERVICES.values()
        if service["image"].startswith(("temporalio/server:", "temporalio/admin-tools:"))
    }
    assert len(versions) == 1


def test_secrets_reach_only_who_needs_them() -> None:
    """Slack's tokens the bot, each password its role."""
    holders: dict[str, set[str]] = {}
    for name, service in _SERVICES.items():
        assert "env_file" not in service
        for value in service.get("environment", {}).values():
            for variable, _, _ in interpolated(str(value)):
                holders.setdefault(variable, set()).add(name)
    assert holders["SLACK_BOT_TOKEN"] == holders["SLACK_APP_TOKEN"] == {"bot"}
    assert holders["PAYLOAD_KEYS"] == {"orchestration", "bot"}
    assert holders["POSTGRES_PASSWORD"] == {"postgres", "roles"}
    assert holders["TEMPORAL_DB_PASSWORD"] == {"roles", "temporal-schema", "temporal"}
    assert holders["COUNTERSIGN_DB_PASSWORD"] == {"roles", "migrate"}
    assert holders["COUNTERSIGN_PROCESS_DB_PASSWORD"] == {"roles", "orchestration", "bot"}


@pytest.mark.parametrize("name", _SERVICES)
def test_least_privileges(name: str) -> None:
    """No capability, no way to gain any, and a file system that cannot be written."""
    service = _SERVICES[name]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["read_only"] is (name != "temporal-ui")
    assert not service.get("privileged")
    assert ("cap_add" in service) is (name == "postgres")
    assert "edge" not in service["networks"] or name in {"temporal", "temporal-ui", "bot"}


@pytest.mark.parametrize("name", _OURS)
def test_ours_run_as_the_user_of_the_image(name: str) -> None:
    """Who is not root; what they can write is a temporary folder, and orchestration its ledger."""
    service = _SERVICES[name]
    assert "user" not in service
    assert service["tmpfs"] == ["/tmp"]
    writable = [volume for volume in service.get("volumes", []) if not volume.endswith(":ro")]
    assert writable == (["ledger:/data"] if name == "orchestration" else [])
    assert {"pid", "ipc", "network_mode", "devices", "userns_mode"} & set(service) == set()


def test_data_is_kept_in_named_volumes() -> None:
    """That are declared, each used by one service; but for the policy, a file that is only read."""
    volumes = [volume for service in _SERVICES.values() for volume in service.get("volumes", [])]
    policy = [volume for volume in volumes if volume.startswith("${APPROVAL_POLICY_FILE")]
    assert [volume.rpartition(":")[2] for volume in policy] == ["ro"]
    used = [volume.partition(":")[0] for volume in volumes if volume not in policy]
    assert sorted(used) == sorted(compose()["volumes"])
    assert compose()["networks"]["data"] == {"internal": True}


@pytest.mark.parametrize("name", _SERVICES)
def test_restarts(name: str) -> None:
    """Servers come back; what runs once tries again a few times and then says so."""
    assert re.fullmatch(r"unless-stopped|on-failure:\d+", _SERVICES[name]["restart"])


def test_nothing_is_copied_into_a_read_only_container() -> None:
    """Compose cannot: inline configs and secrets would keep the containers from being created."""
    assert "configs" not in compose()
    assert not [name for name, service in _SERVICES.items() if {"configs", "secrets"} & set(service)]
