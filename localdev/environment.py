"""Builds the environment variables of the processes, and decides between real Slack and the simulator."""

import os
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dotenv import dotenv_values

from localdev.errors import LocaldevError
from localdev.postgres.server import APP_USER, USER
from localdev.processes.ports import HOST
from localdev.settings import LocaldevSettings

_TOKENS = ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN")
_DEMO = {
    # Some calls fail and some hang, so that retries can be seen in the Web UI.
    "FLAKY_ERROR_RATE": "0.2",
    "FLAKY_HANG_RATE": "0.05",
}
_DEMO_WORKSPACE = {
    "SLACK_APPROVALS_CHANNEL": "C0APPROVE",
    "APPROVAL_POLICY_FILE": str(Path(__file__).parent / "approval-policy.toml"),
}
_TEMPORAL_PREFIX = "TEMPORAL_"


@dataclass(frozen=True)
class Environment:
    """The environment variables of the processes. `real_slack` is true if both Slack tokens are set."""

    variables: Mapping[str, str]
    real_slack: bool
    cli_export: str
    """The `export` command that the CLI needs in another terminal; empty with the default ports."""
    migrations: Mapping[str, str] = field(default_factory=dict)
    """The environment variables of the migrations, which run as the owner of the database."""
    encrypted: bool = False
    """Whether PAYLOAD_KEYS is set."""

    def with_health_port(self, port: int) -> dict[str, str]:
        """Return the variables of one process, whose health endpoint listens on `port`."""
        return {**self.variables, "HEALTH_PORT": str(port)}


def make_environment(
    settings: LocaldevSettings,
    real: Mapping[str, str] | None = None,
    env_file: Path = Path(".env"),
) -> Environment:
    """Build the environment from the process's own variables, from `.env`, and from the servers of localdev.

    Raises LocaldevError if only one of the two Slack tokens is set.
    """
    real = dict(os.environ if real is None else real)
    written = {name: value for name, value in dotenv_values(env_file).items() if value}
    either = written | {name: value for name, value in real.items() if value}
    real_slack = _has_both_tokens(either)

    here = {
        "DATABASE_URL": _database_url(settings, APP_USER),
        "TEMPORAL_ADDRESS": f"{HOST}:{settings.temporal_port}",
    }
    # A profile or an API key of another cluster must not be used with the development server.
    variables = {name: value for name, value in real.items() if not name.startswith(_TEMPORAL_PREFIX)}
    # The processes read `.env` themselves; an empty variable overrides the value there.
    variables |= {name: "" for name in written if name.startswith(_TEMPORAL_PREFIX)}
    variables |= here | {
        "TEMPORAL_NAMESPACE": "default",
        "TEMPORAL_CONFIG_FILE": os.devnull,
        # Always the same build, so that waiting orders continue after the code was changed.
        "BUILD_ID": "localdev",
        "SIMULATED_LEDGER": str(data_dir(settings, real_slack=real_slack) / "ledger.sqlite3"),
        "PYTHONUNBUFFERED": "1",
        # The codec endpoint of the Web UI on this machine, even if `.env` names another one.
        "CODEC_SERVER_HOST": HOST,
        "CODEC_SERVER_PORT": str(settings.codec_port),
        "CODEC_SERVER_ORIGINS": ",".join(
            f"http://{host}:{settings.temporal_ui_port}" for host in (HOST, "localhost")
        ),
        "CODEC_SERVER_TOKEN": "",  # the development server's Web UI cannot send a token
    }
    variables |= {name: either.get(name, value) for name, value in _DEMO.items()}
    if not real_slack:
        variables |= _simulator(settings)
        # `.env` may name people and a channel of a real workspace, which do not exist in the simulator.
        variables |= {name: real.get(name) or value for name, value in _DEMO_WORKSPACE.items()}
    # Only the migrations get the URL of the database's owner.
    variables["MIGRATIONS_DATABASE_URL"] = ""
    migrations = variables | {"MIGRATIONS_DATABASE_URL": _database_url(settings, USER)}
    encrypted = bool(real.get("PAYLOAD_KEYS", written.get("PAYLOAD_KEYS")))
    return Environment(
        variables, real_slack, _cli_export(settings, here, real, written), migrations, encrypted
    )


def _database_url(settings: LocaldevSettings, user: str) -> str:
    return f"postgresql://{user}@{HOST}:{settings.postgres_port}/{USER}?sslmode=disable"


def data_dir(settings: LocaldevSettings, *, real_slack: bool) -> Path:
    """Return the data folder. Real Slack has its own, since its cards do not exist in the simulator."""
    folder = settings.dir.absolute()
    return folder / "real-slack" if real_slack else folder


def _has_both_tokens(variables: Mapping[str, str]) -> bool:
    missing = [name for name in _TOKENS if name not in variables]
    if len(missing) == 1:
        present = next(name for name in _TOKENS if name not in missing)
        raise LocaldevError(
            f"{present} is set, and {missing[0]} is not. Set both to use the real Slack, "
            "or neither to use the simulator."
        )
    return not missing


def _simulator(settings: LocaldevSettings) -> dict[str, str]:
    return {
        "SLACK_BOT_TOKEN": "xoxb-localdev-countersign",
        "SLACK_APP_TOKEN": "xapp-1-A0APP0001-localdev",
        "SLACK_API_URL": f"http://{HOST}:{settings.slack_port}/api/",
    }


def _cli_export(
    settings: LocaldevSettings, here: Mapping[str, str], real: Mapping[str, str], written: Mapping[str, str]
) -> str:
    """Return the `export` command for another terminal, if the CLI would not find these servers."""
    fields = LocaldevSettings.model_fields
    elsewhere = {
        "DATABASE_URL": "DATABASE_URL" in real
        or "DATABASE_URL" in written
        or settings.postgres_port != fields["postgres_port"].default,
        # Temporal's client does not read `.env`.
        "TEMPORAL_ADDRESS": any(name.startswith(_TEMPORAL_PREFIX) for name in real)
        or settings.temporal_port != fields["temporal_port"].default,
    }
    words = [f"{name}={shlex.quote(here[name])}" for name, differs in elsewhere.items() if differs]
    return " ".join(["export", *words]) if words else ""
