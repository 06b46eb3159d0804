"""Connects to Temporal with Temporal's own settings: TEMPORAL_ADDRESS, profiles and others."""

import os

import structlog
from dotenv import dotenv_values
from temporalio.client import Client
from temporalio.envconfig import ClientConfig
from temporalio.service import RPCError, RPCStatusCode
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, wait_exponential

from orchestration.settings import PayloadSettings, SettingsWrong, load
from orchestration.temporal.encryption import data_converter

log = structlog.stdlib.get_logger(__name__)

_PERMANENT = {
    RPCStatusCode.UNAUTHENTICATED,
    RPCStatusCode.PERMISSION_DENIED,
    RPCStatusCode.INVALID_ARGUMENT,
}


async def connect(identity: str, *, attempts: int | None = None) -> Client:
    """Connect, and retry while Temporal cannot be reached, for ever or for so many `attempts`.

    Raises SettingsWrong for settings that cannot work, and RuntimeError when the attempts are used up.
    """
    converter = data_converter(load(PayloadSettings).keyring())
    try:
        # Temporal's settings may be in `.env` like all others; environment variables take precedence.
        dotenv = {name: value for name, value in dotenv_values(".env").items() if value is not None}
        variables = {name: value for name, value in (dotenv | os.environ).items() if value}
        config = ClientConfig.load_client_connect_config(override_env_vars=variables)
    except Exception as error:
        # envconfig raises bare RuntimeErrors and ValueErrors from several layers for a bad profile or file.
        raise SettingsWrong(f"the TEMPORAL_... settings cannot be used: {error}") from error
    config.setdefault("target_host", "localhost:7233")
    address, namespace = config["target_host"], config.get("namespace", "default")

    def log_retry(state: RetryCallState) -> None:
        reason = state.outcome.exception() if state.outcome else None
        log.warning("waiting for Temporal", address=address, reason=str(reason), attempt=state.attempt_number)

    def is_worth_retrying(error: BaseException) -> bool:
        return isinstance(error, RuntimeError) or (
            isinstance(error, RPCError) and error.status not in _PERMANENT
        )

    async for attempt in AsyncRetrying(
        retry=retry_if_exception(is_worth_retrying),
        wait=wait_exponential(multiplier=0.2, max=5),
        stop=(lambda state: attempts is not None and state.attempt_number >= attempts),
        before_sleep=log_retry,
        reraise=True,
    ):
        with attempt:
            client = await Client.connect(**config, identity=identity, data_converter=converter)
    log.info("connected to Temporal", address=address, namespace=namespace)
    return client
