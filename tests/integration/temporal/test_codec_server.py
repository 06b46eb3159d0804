"""The codec server as a process, called as Temporal's Web UI and CLI call it."""

import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from google.protobuf import json_format
from temporalio.api.common.v1 import Payload, Payloads

from orchestration.keyring import new_entry, parse_keyring
from orchestration.temporal.encryption import KEY_ID, EncryptionCodec
from tests.support.process import RunningProcess, running_module

KEYS = f"{new_entry('2026-11')},{new_entry('2026-05')}"
UI = "https://temporal.example.com"
TOKEN = "a-token-of-some-length"
PLAIN = Payload(metadata={"encoding": b"json/plain"}, data=b'{"customer":"Nordwind GmbH"}')


@asynccontextmanager
async def endpoint(**settings: str) -> AsyncIterator[str]:
    """Run the codec server, and yield its address."""
    given = {"PAYLOAD_KEYS": KEYS, "CODEC_SERVER_PORT": "0", "CODEC_SERVER_ORIGINS": UI} | settings
    async with running_module("orchestration.codec_server", **given) as process:
        url = (await process.wait_for_line(r"(http://127\.0\.0\.1:\d+)")).group(1)
        yield url
        assert await process.stop() == 0
        _says_no_secret(process)


def _says_no_secret(process: RunningProcess) -> None:
    assert TOKEN not in process.output
    assert "Nordwind" not in process.output
    for entry in KEYS.split(","):
        assert entry.partition(":")[2][:12] not in process.output


async def _body(*payloads: Payload) -> str:
    """Return what the Web UI sends: the payloads of a history as Protobuf's JSON."""
    stored = await EncryptionCodec(parse_keyring(KEYS)).encode(payloads)
    return json_format.MessageToJson(Payloads(payloads=stored))


async def _ask(
    url: str, body: str | bytes | io.BytesIO, *, method: str = "POST", **headers: str
) -> tuple[int, str, dict[str, str]]:
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, url, data=body, headers=headers) as answer,
    ):
        return answer.status, await answer.text(), dict(answer.headers)


async def test_it_shows_the_web_ui_what_is_in_a_history() -> None:
    """Payloads are decrypted, with the CORS headers that let the page read the answer."""
    async with endpoint() as url:
        status, text, headers = await _ask(
            f"{url}/decode",
            await _body(PLAIN, PLAIN),
            **{"Origin": UI, "Content-Type": "application/json", "X-Namespace": "default"},
        )
    assert status == 200
    assert json_format.Parse(text, Payloads()) == Payloads(payloads=[PLAIN, PLAIN])
    assert headers["Access-Control-Allow-Origin"] == UI
    assert headers["Vary"] == "Origin"


async def test_a_preflight_is_answered_for_the_web_ui_only() -> None:
    """A browser's preflight request, which has no token, is answered."""
    async with endpoint(CODEC_SERVER_TOKEN=TOKEN) as url:
        asked = {
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,content-type,x-namespace",
        }
        status, _, headers = await _ask(f"{url}/decode", "", method="OPTIONS", Origin=UI, **asked)
        allowed = headers["Access-Control-Allow-Headers"].lower().replace(" ", "").split(",")
        assert status == 204
        assert headers["Access-Control-Allow-Origin"] == UI
        assert {"authorization", "content-type", "x-namespace"} <= set(allowed)
        status, _, headers = await _ask(
            f"{url}/decode", "", method="OPTIONS", Origin="https://evil.example", **asked
        )
    assert status == 403
    assert "Access-Control-Allow-Origin" not in headers


@pytest.mark.parametrize("origin", ["https://evil.example", "null", f"{UI}.evil.example", f"{UI}:8443"])
async def test_a_page_from_elsewhere_is_refused(origin: str) -> None:
    """A page of another origin is refused, whatever host name it uses."""
    async with endpoint() as url:
        status, text, headers = await _ask(f"{url}/decode", await _body(PLAIN), Origin=origin)
    assert status == 403
    assert "Nordwind" not in text
    assert "Access-Control-Allow-Origin" not in headers


async def test_a_token_is_asked_for() -> None:
    """The token is required; the page may read the refusal."""
    async with endpoint(CODEC_SERVER_TOKEN=TOKEN) as url:
        body = await _body(PLAIN)
        for wrong in ("", "Bearer", f"Bearer {TOKEN[:-1]}", f"Bearer {TOKEN}x", TOKEN, f"Basic {TOKEN}"):
            status, text, headers = await _ask(f"{url}/decode", body, Authorization=wrong, Origin=UI)
            assert (status, "Nordwind" in text) == (401, False), wrong
            assert headers["Access-Control-Allow-Origin"] == UI
        status, text, _ = await _ask(f"{url}/decode", body, Authorization=f"Bearer {TOKEN}")
    assert status == 200
    assert json_format.Parse(text, Payloads()) == Payloads(payloads=[PLAIN])


async def test_it_does_not_encrypt() -> None:
    """The server does not encrypt, so that readers cannot forge payloads."""
    async with endpoint() as url:
        status, text, _ = await _ask(f"{url}/encode", json_format.MessageToJson(Payloads(payloads=[PLAIN])))
        assert (status, text) == (403, "this endpoint decrypts only\n")
        # Temporal's CLI asks so for a query without arguments.
        status, text, _ = await _ask(f"{url}/encode", "{}")
    assert (status, json.loads(text)) == (200, {})


async def test_what_cannot_be_decrypted_is_said() -> None:
    """Errors name the missing key by its id, and never quote the request body."""
    async with endpoint() as url:
        stored = json.loads(await _body(PLAIN))
        other: dict[str, Any] = json.loads(json.dumps(stored))
        other["payloads"][0]["metadata"][KEY_ID] = "MjAyNC0wMQ=="
        status, text, _ = await _ask(f"{url}/decode", json.dumps(other))
        assert (status, "2024-01" in text) == (400, True)
        for nonsense in (
            "",
            '["Nordwind"]',
            "hello Nordwind",
            '{"payloads": 7}',
            b"\xff\xfe",
            "[" * 100_000,
        ):
            status, text, _ = await _ask(f"{url}/decode", nonsense)
            assert (status, "Nordwind" in text) == (400, False), nonsense[:20]
        status, text, _ = await _ask(f"{url}/decode", io.BytesIO(b" " * (17 * 1024**2)))
        assert status == 413
        assert (await _ask(f"{url}/decode", "", method="GET"))[0] == 405
        # And it still answers.
        assert (await _ask(f"{url}/decode", json.dumps(stored)))[0] == 200


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"PAYLOAD_KEYS": ""}, "PAYLOAD_KEYS: there is nothing to decrypt with"),
        ({"PAYLOAD_KEYS": "hunter2"}, "PAYLOAD_KEYS: entry 1"),
        ({"CODEC_SERVER_HOST": "0.0.0.0"}, "CODEC_SERVER_HOST: must be a loopback address"),
        ({"CODEC_SERVER_HOST": "codec.example"}, "CODEC_SERVER_HOST: must be a loopback address"),
        ({"CODEC_SERVER_TOKEN": "hunter2"}, "CODEC_SERVER_TOKEN: must have 16 characters"),
        ({"CODEC_SERVER_TOKEN": "hunter2-pässword-long"}, "CODEC_SERVER_TOKEN: .*ASCII"),
        ({"CODEC_SERVER_ORIGINS": "temporal.example.com"}, "CODEC_SERVER_ORIGINS: must be origins"),
        ({"CODEC_SERVER_ORIGINS": f"{UI}/namespaces"}, "CODEC_SERVER_ORIGINS: must be origins"),
        ({"CODEC_SERVER_ORIGINS": "*"}, "CODEC_SERVER_ORIGINS: must be origins"),
    ],
)
async def test_a_wrong_setting_is_named_and_its_value_kept_quiet(settings: dict[str, str], said: str) -> None:
    """Wrong settings give exit code 2, and nothing listens."""
    async with running_module(
        "orchestration.codec_server", **{"PAYLOAD_KEYS": KEYS, "CODEC_SERVER_PORT": "0"} | settings
    ) as process:
        await process.wait_for_line(said)
        assert await process.process.wait() == 2
    assert "Traceback" not in process.output
    assert "hunter2" not in process.output
