"""Errors about wrong secrets do not contain the secrets."""

import secrets as random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.web.async_client import AsyncWebClient
from temporalio.client import Client

from bot.app import build_app
from bot.dependencies import Dependencies
from bot.in_flight import InFlight
from bot.settings import BotSettings
from bot.socket_mode.runner import SocketModeRunner
from bot.web_api.client import build_client
from bot.web_api.errors import SLACK_ERRORS
from bot.web_api.identity import Identity
from db import dsn
from db.errors import DatabaseMisconfigured
from orchestration.client.workflow_client import WorkflowClient
from orchestration.codec_server.settings import CodecServerSettings
from orchestration.settings import OrchestrationSettings, PayloadSettings, SettingsWrong, load
from tests.support.process import ROOT, running_module
from tests.support.secrets import Secret, leaks
from tests.unit.docs.repo import NEEDED

SECRET = Secret("it", random.token_hex(24))
POLICY = {"APPROVAL_POLICY_FILE": str(ROOT / "localdev" / "approval-policy.toml")}
GOOD = NEEDED | POLICY
NOWHERE = "postgresql://countersign@127.0.0.1:9/none"
BOT, ORCHESTRATION, CODEC = ("bot",), ("orchestration",), ("orchestration.codec_server",)
QUERY, LIST = ("orchestration.cli", "query", "ord-1"), ("orchestration.cli", "list")
MIGRATE = ("db", "migrate", "--wait", "1")


@pytest.mark.parametrize(
    ("command", "name", "value"),
    [
        (BOT, "SLACK_BOT_TOKEN", SECRET.value),
        (BOT, "SLACK_BOT_TOKEN", f"xoxb-{SECRET.value} "),
        (BOT, "SLACK_APP_TOKEN", f"xoxb-{SECRET.value}"),
        (BOT, "SLACK_APP_TOKEN", f"xapp-{SECRET.value}\n{SECRET.value}"),
        (BOT, "DATABASE_URL", f"mysql://me:{SECRET.value}@h/db"),
        (ORCHESTRATION, "DATABASE_URL", SECRET.value),
        (ORCHESTRATION, "DATABASE_URL", f"postgresql://me:a/{SECRET.value}@h/db"),
        (ORCHESTRATION, "DATABASE_URL", f"postgresql://me:{SECRET.value}@h:port/db"),
        (ORCHESTRATION, "DATABASE_URL", f"postgresql://me:{SECRET.value}@[::1/db"),
        (ORCHESTRATION, "DATABASE_URL", f"postgresql://me:{SECRET.value}@h/db?sslmode={SECRET.value}"),
        (LIST, "DATABASE_URL", f"postgresql://me:1/{SECRET.value}@127.0.0.1:9/db"),
        (LIST, "DATABASE_URL", f"postgresql://me:1#{SECRET.value}@127.0.0.1:9/db"),
        (LIST, "DATABASE_URL", f"postgresql://me:1?{SECRET.value}@127.0.0.1:9/db"),
        (LIST, "DATABASE_URL", f"postgresql://127.0.0.1:9/db?user=me&password={SECRET.value}"),
        (MIGRATE, "DATABASE_URL", f"postgresql://me:{SECRET.value}@127.0.0.1:9/db"),
        (MIGRATE, "DATABASE_URL", f"postgresql://me:1/{SECRET.value}@127.0.0.1:9/db"),
        (QUERY, "PAYLOAD_KEYS", SECRET.value),
        (QUERY, "PAYLOAD_KEYS", f"a:{SECRET.value}"),
        (QUERY, "TEMPORAL_API_KEY", f"{SECRET.value}\n{SECRET.value}"),
        (QUERY, "TEMPORAL_API_KEY", f"{SECRET.value}\u00e4"),
        (QUERY, "TEMPORAL_API_KEY", SECRET.value),
        (CODEC, "PAYLOAD_KEYS", f"a:{SECRET.value}="),
        (CODEC, "CODEC_SERVER_TOKEN", f"{SECRET.value}\u00e4"),
    ],
    ids=lambda value: (
        " ".join(value) if isinstance(value, tuple) else value.replace(SECRET.value, "...")[:30]
    ),
)
async def test_a_process_does_not_repeat_what_it_refuses(
    command: tuple[str, ...], name: str, value: str
) -> None:
    """A process names the wrong setting, exits with an error code, and shows no traceback."""
    settings = GOOD | {"DATABASE_URL": NOWHERE, "TEMPORAL_ADDRESS": "127.0.0.1:9", name: value}
    async with running_module(*command, **settings) as process:
        code = await process.process.wait()
    assert code != 0
    assert process.output
    assert "Traceback" not in process.output, process.output
    assert leaks([SECRET], output=process.output) == []


SEPARATORS = st.sampled_from(["", "/", "#", "?", "@", ":", "%", "[", "]", "\\", " ", "1/", "1?", "%2F"])


@given(before=SEPARATORS, after=SEPARATORS)
def test_a_password_that_was_not_encoded_is_not_taken_for_something_to_show(before: str, after: str) -> None:
    """The host, database and user that are shown for a database URL contain no secret of the URL."""
    assert leaks([SECRET], shown=_shown(f"postgresql://me:{before}{SECRET.value}{after}@host:5432/db")) == []


def _shown(url: str) -> str:
    try:
        target = dsn.parse(url)
    except DatabaseMisconfigured as error:
        return f"{error} {error!r}"
    return f"{target.where} {target.database} {target.user} {target!r}"


@pytest.mark.parametrize(
    ("settings", "values"),
    [
        (BotSettings, {"SLACK_BOT_TOKEN": f"xoxb-{SECRET.value}", "SLACK_APP_TOKEN": f"xapp-{SECRET.value}"}),
        (OrchestrationSettings, {"DATABASE_URL": f"postgresql://me:{SECRET.value}@h/db"}),
        (CodecServerSettings, {"CODEC_SERVER_TOKEN": SECRET.value}),
        (PayloadSettings, {"PAYLOAD_KEYS": f"a:{'s' * 43}="}),
    ],
)
def test_settings_show_no_secret(
    monkeypatch: pytest.MonkeyPatch, settings: type[PayloadSettings], values: dict[str, str]
) -> None:
    """Settings do not show secrets as text, JSON or dictionary, nor in errors about other settings."""
    for name, value in (GOOD | values).items():
        monkeypatch.setenv(name, value)
    read = load(settings)
    shown = f"{read} {read!r} {read.model_dump_json()} {read.model_dump()}"
    key = Secret("key", "s" * 43)
    assert leaks([SECRET, key], settings=shown) == []
    monkeypatch.setenv("DATABASE_URL", "mysql://")
    monkeypatch.setenv("PAYLOAD_KEYS", "")
    monkeypatch.setenv("CODEC_SERVER_PORT", "many")
    if settings is not PayloadSettings:
        with pytest.raises(SettingsWrong) as wrong:
            load(settings)
        assert leaks([SECRET, key], error=f"{wrong.value} {wrong.value!r}") == []


async def test_clients_show_no_secret(temporal_address: str) -> None:
    """Objects that hold secrets, and the errors that they raise, do not show them."""
    slack = build_client(f"xoxb-{SECRET.value}", "http://127.0.0.1:9/api/")
    socket = SocketModeRunner(build_app(_deps(slack)), f"xapp-{SECRET.value}", InFlight())
    temporal = await Client.connect(temporal_address, api_key=SECRET.value, tls=False)
    with pytest.raises(SLACK_ERRORS) as refused:
        await slack.auth_test()
    shown = " ".join(
        map(repr, (slack, socket, _deps(slack), temporal, WorkflowClient(temporal), refused.value))
    )
    assert leaks([SECRET], shown=f"{shown} {slack} {refused.value}") == []


def _deps(slack: AsyncWebClient) -> Dependencies:
    identity = Identity(team_id="T1", team="Acme", user_id="U1", bot_id="B1")
    unused: Any = None
    return Dependencies(slack, identity, unused, unused, unused, InFlight(), unused)
