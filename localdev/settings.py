"""The settings of localdev: its data folder and its ports."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from localdev.errors import LocaldevError
from localdev.processes.ports import Port

PREFIX = "LOCALDEV_"
PortNumber = Annotated[int, Field(ge=1, le=65535)]


class LocaldevSettings(BaseSettings):
    """The settings, read from the environment or `.env`.

    Each variable is the field's name after `LOCALDEV_`.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True
    )

    dir: Path = Path(".localdev")
    """The folder of the data, the logs and the lock. `make reset` deletes its contents."""
    postgres_port: PortNumber = 5433
    temporal_port: PortNumber = 7233
    temporal_ui_port: PortNumber = 8233
    slack_port: PortNumber = 8090
    codec_port: PortNumber = 8091
    """Used only if PAYLOAD_KEYS is set."""
    orchestration_health_port: PortNumber = 8081
    bot_health_port: PortNumber = 8082

    def port(self, name: str) -> Port:
        """Return the port of a field, together with the environment variable that changes it."""
        return Port(getattr(self, name), f"{PREFIX}{name.upper()}")


def load() -> LocaldevSettings:
    """Read the settings.

    Raises LocaldevError that names each wrong value, or two settings with the same port.
    """
    try:
        settings = LocaldevSettings()
    except ValidationError as error:
        problems = "; ".join(
            f"{PREFIX}{str(each['loc'][0]).upper()}: {each['msg']}" for each in error.errors()
        )
        raise LocaldevError(f"Wrong settings (environment or .env): {problems}") from None
    seen: dict[int, str] = {}
    for name in LocaldevSettings.model_fields:
        if name.endswith("_port"):
            number, setting = settings.port(name)
            if number in seen:
                raise LocaldevError(f"{seen[number]} and {setting} are both {number}; give each its own.")
            seen[number] = setting
    return settings
