"""The settings of `python -m orchestration.codec_server`."""

import ipaddress
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator

from orchestration.settings import LogFormat, LogLevel, PayloadSettings

_SHORTEST_TOKEN = 16


class CodecServerSettings(PayloadSettings):
    """Where the codec server listens, and who may use it."""

    codec_server_host: str = "127.0.0.1"
    """An IP address."""
    codec_server_port: Annotated[int, Field(ge=0, le=65535)] = 8091
    """0: any free port, which is logged."""
    codec_server_origins: str = "http://127.0.0.1:8233,http://localhost:8233"
    """Origins of the Web UIs that may use the server, separated by commas."""
    codec_server_token: SecretStr = SecretStr("")
    """The token in `Authorization: Bearer`. Empty: none is needed, and the host must be loopback."""
    log_format: LogFormat = LogFormat.TEXT
    log_level: LogLevel = "INFO"

    @field_validator("payload_keys")
    @classmethod
    def _there_are_keys(cls, keys: SecretStr) -> SecretStr:
        if not keys.get_secret_value():
            raise ValueError("there is nothing to decrypt with")
        return keys

    @field_validator("codec_server_origins")
    @classmethod
    def _are_origins(cls, origins: str) -> str:
        for origin in _split(origins):
            parts = urlsplit(origin)
            if parts.scheme not in {"http", "https"} or origin != f"{parts.scheme}://{parts.netloc}":
                raise ValueError("must be origins such as https://temporal.example.com, without a path")
        return origins

    @field_validator("codec_server_token")
    @classmethod
    def _is_long(cls, token: SecretStr) -> SecretStr:
        secret = token.get_secret_value()
        if secret and (len(secret) < _SHORTEST_TOKEN or not secret.isascii() or not secret.isprintable()):
            raise ValueError(f"must have {_SHORTEST_TOKEN} characters or more, all of them ASCII")
        return token

    @model_validator(mode="after")
    def _others_need_a_token(self) -> Self:
        if not self.codec_server_token.get_secret_value() and not _is_loopback(self.codec_server_host):
            raise ValueError(
                "CODEC_SERVER_HOST: must be a loopback address such as 127.0.0.1 without CODEC_SERVER_TOKEN"
            )
        return self

    @property
    def origins(self) -> frozenset[str]:
        """The origins as a set."""
        return frozenset(_split(self.codec_server_origins))


def _split(origins: str) -> list[str]:
    return [origin.strip() for origin in origins.split(",") if origin.strip()]


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        # A host name may resolve to any address.
        return False
