"""Settings from the environment or `.env`. Each process reads only its own."""

from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from orchestration.domain.errors import CountersignError
from orchestration.domain.order import ActorId
from orchestration.domain.policy import ApprovalPolicy

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

    database_url: SecretStr = SecretStr("postgresql://countersign@127.0.0.1:5433/countersign?sslmode=disable")
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


class OrchestrationSettings(ProcessSettings):
    """Settings of `python -m orchestration`."""

    approval_threshold: Annotated[Decimal, Field(ge=0)] = Decimal("500")
    """Major units of the order's own currency: from this amount on somebody has to approve."""
    approvers: Annotated[tuple[ActorId, ...], NoDecode] = ()
    """Slack user ids and user group ids, separated by commas."""
    approval_expires_after: Annotated[timedelta, Field(gt=timedelta(0))] = timedelta(hours=72)
    """Seconds, or ISO 8601 such as P3D or PT4H."""
    flaky_error_rate: Annotated[float, Field(ge=0, le=1)] = 0.0
    flaky_hang_rate: Annotated[float, Field(ge=0, le=1)] = 0.0
    simulated_ledger: Path = Path(".localdev/ledger.sqlite3")
    """The books of the simulated payment gateway and carrier; every orchestration process shares them."""

    @field_validator("approvers", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    def policy(self) -> ApprovalPolicy:
        """Return the approval policy. Raises SettingsWrong if nobody could ever approve."""
        if not self.approvers:
            raise SettingsWrong(
                "APPROVERS is empty: nobody could approve an order. Set it to Slack user ids (U...) or user "
                "group ids (S...), separated by commas."
            )
        return ApprovalPolicy(
            threshold=self.approval_threshold,
            approvers=self.approvers,
            expires_after=self.approval_expires_after,
        )


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
