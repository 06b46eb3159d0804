"""Settings from the environment or `.env`. Each process reads only its own."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from orchestration.domain.errors import CountersignError

S = TypeVar("S", bound=BaseSettings)


class SettingsWrong(CountersignError):
    """A setting is missing or wrong."""


class LogFormat(StrEnum):
    """How log lines are written."""

    TEXT = "text"
    JSON = "json"


class ProcessSettings(BaseSettings):
    """What every process has."""

    model_config = SettingsConfigDict(env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True)

    database_url: SecretStr = SecretStr(
        "postgresql://countersign_process@127.0.0.1:5433/countersign?sslmode=disable"
    )
    health_port: Annotated[int, Field(ge=0, le=65535)] = 0
    """0: any free port; the process logs which."""
    health_host: str = "127.0.0.1"
    log_format: LogFormat = LogFormat.TEXT
    log_level: Annotated[str, Field(pattern="^(DEBUG|INFO|WARNING|ERROR)$")] = "INFO"

    @field_validator("database_url")
    @classmethod
    def _is_postgres(cls, url: SecretStr) -> SecretStr:
        # Only the scheme: asyncpg reads the rest, Unix sockets in `?host=` included, and says what is wrong.
        if not url.get_secret_value().startswith(("postgresql://", "postgres://")):
            raise ValueError("must be a URL such as postgresql://user:password@host:5432/database")
        return url


class MigrationSettings(ProcessSettings):
    """Settings of `python -m db`."""

    migrations_database_url: SecretStr = SecretStr("")
    """As the owner of the tables; empty: DATABASE_URL."""

    @property
    def url(self) -> str:
        """The database to migrate, and as whom. It holds the password."""
        return self.migrations_database_url.get_secret_value() or self.database_url.get_secret_value()


class PolicySettings(ProcessSettings):
    """Where the approval policy is."""

    approval_policy_file: Path = Path("approval-policy.toml")
    """Relative to the folder that the process runs in."""


class OrchestrationSettings(PolicySettings):
    """Settings of `python -m orchestration`."""

    flaky_error_rate: Annotated[float, Field(ge=0, le=1)] = 0.0
    flaky_hang_rate: Annotated[float, Field(ge=0, le=1)] = 0.0
    reconcile_minutes: Annotated[int, Field(ge=0, le=1440)] = 10
    """Between two scheduled reconciliations; 0: none by itself."""
    simulated_trouble_rate: Annotated[float, Field(ge=0, le=1)] = 0.0
    """Part of the calls to the simulated payment gateway that hang, are answered late or with nonsense."""
    simulated_ledger: Path = Path(".localdev/ledger.sqlite3")
    """The books of the simulated payment gateway and carrier; every orchestration process shares them."""


def load(settings: type[S]) -> S:
    """Read the settings. Raises SettingsWrong naming each wrong variable, never its value."""
    try:
        return settings()
    except ValidationError as error:
        problems = [
            f"{'.'.join(map(str, each['loc'])).upper()}: {each['msg'].removeprefix('Value error, ')}"
            for each in error.errors(include_url=False, include_input=False)
        ]
        raise SettingsWrong("wrong settings (environment or .env): " + "; ".join(problems)) from None
