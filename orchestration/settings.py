"""Settings from the environment or `.env`. Each process reads only its own."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from orchestration.domain.errors import CountersignError
from orchestration.keyring import Keyring, parse_keyring

S = TypeVar("S", bound=BaseSettings)
LogLevel = Annotated[str, Field(pattern="^(DEBUG|INFO|WARNING|ERROR)$")]


class SettingsWrong(CountersignError):
    """A setting is missing or wrong."""


class LogFormat(StrEnum):
    """How log lines are written."""

    TEXT = "text"
    JSON = "json"


class ProcessSettings(BaseSettings):
    """Settings of every process."""

    model_config = SettingsConfigDict(env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True)

    database_url: SecretStr = SecretStr(
        "postgresql://countersign_process@127.0.0.1:5433/countersign?sslmode=disable"
    )
    health_port: Annotated[int, Field(ge=0, le=65535)] = 0
    """0: any free port, which the process logs."""
    health_host: str = "127.0.0.1"
    log_format: LogFormat = LogFormat.TEXT
    log_level: LogLevel = "INFO"

    @field_validator("database_url")
    @classmethod
    def _is_postgres(cls, url: SecretStr) -> SecretStr:
        # asyncpg validates the rest, which may name Unix sockets in `?host=`.
        if not url.get_secret_value().startswith(("postgresql://", "postgres://")):
            raise ValueError("must be a URL such as postgresql://user:password@host:5432/database")
        return url


class MigrationSettings(ProcessSettings):
    """Settings of `python -m db`."""

    migrations_database_url: SecretStr = SecretStr("")
    """URL with the role that owns the tables; empty: DATABASE_URL."""

    @property
    def url(self) -> str:
        """URL for the migrations, with the password."""
        return self.migrations_database_url.get_secret_value() or self.database_url.get_secret_value()


class PolicySettings(ProcessSettings):
    """Settings of processes that read the approval policy."""

    approval_policy_file: Path = Path("approval-policy.toml")
    """Relative to the working directory of the process."""


class OrchestrationSettings(PolicySettings):
    """Settings of `python -m orchestration`."""

    build_id: Annotated[str, Field(pattern=r"^([A-Za-z0-9][A-Za-z0-9._-]{0,127})?$")] = ""
    """Build id for Temporal's worker versioning; empty: not versioned."""
    flaky_error_rate: Annotated[float, Field(ge=0, le=1)] = 0.0
    flaky_hang_rate: Annotated[float, Field(ge=0, le=1)] = 0.0
    reconcile_minutes: Annotated[int, Field(ge=0, le=1440)] = 10
    """Minutes between two scheduled reconciliations; 0: none are scheduled."""
    simulated_trouble_rate: Annotated[float, Field(ge=0, le=1)] = 0.0
    """Rate of calls to the simulated payment gateway that hang, answer late or answer with nonsense."""
    simulated_ledger: Path = Path(".localdev/ledger.sqlite3")
    """Database of the simulated payment gateway and carrier, shared by all orchestration processes."""


class PayloadSettings(BaseSettings):
    """Settings of processes that read or write Temporal's payloads."""

    model_config = SettingsConfigDict(env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True)

    payload_keys: SecretStr = SecretStr("")
    """`id:base64` of each key, separated by commas: the first encrypts, all decrypt. Empty: no encryption."""

    @field_validator("payload_keys")
    @classmethod
    def _can_be_read(cls, keys: SecretStr) -> SecretStr:
        if keys.get_secret_value():
            parse_keyring(keys.get_secret_value())
        return keys

    def keyring(self) -> Keyring | None:
        """Return the payload keys; None if there are none."""
        text = self.payload_keys.get_secret_value()
        return parse_keyring(text) if text else None


def load(settings: type[S]) -> S:
    """Read the settings. Raises SettingsWrong naming each wrong variable, never its value."""
    try:
        return settings()
    except ValidationError as error:
        problems = [
            # An error about several settings has no location; its message names them.
            ": ".join(
                filter(
                    None, (".".join(map(str, each["loc"])).upper(), each["msg"].removeprefix("Value error, "))
                )
            )
            for each in error.errors(include_url=False, include_input=False)
        ]
        raise SettingsWrong("wrong settings (environment or .env): " + "; ".join(problems)) from None
