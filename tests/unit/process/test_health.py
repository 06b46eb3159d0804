"""What `/readyz` answers for each check."""

import asyncio
import json
from urllib.error import HTTPError
from urllib.request import urlopen

from orchestration.process.health import Check, ReadyWithWarning, not_connected, serve_health


def body(port: int) -> tuple[int, dict[str, object]]:
    """The status and the answer."""
    try:
        with urlopen(f"http://127.0.0.1:{port}/readyz") as answer:
            return answer.status, json.loads(answer.read())
    except HTTPError as error:
        with error:
            return error.code, json.loads(error.read())


async def works() -> None:
    """Nothing is wrong."""


async def noted() -> None:
    """It works."""
    raise ReadyWithWarning("somebody should look at it")


async def test_a_note_is_shown_and_keeps_nobody_out_of_service() -> None:
    """What does not answer does."""
    checks: dict[str, Check] = {"one": works, "two": noted}
    async with serve_health("127.0.0.1", 0, checks) as port:
        assert await asyncio.to_thread(body, port) == (
            200,
            {"ready": True, "checks": {"one": "ok", "two": "ok, but somebody should look at it"}},
        )
        checks["three"] = not_connected
        status, answer = await asyncio.to_thread(body, port)
        assert (status, answer["ready"]) == (503, False)


async def test_a_check_that_is_added_while_others_answer_waits_for_the_next_look() -> None:
    """Whoever asks gets an answer all the same."""
    checks: dict[str, Check] = {}

    async def adds_another() -> None:
        checks["two"] = works

    checks["one"] = adds_another
    async with serve_health("127.0.0.1", 0, checks) as port:
        assert await asyncio.to_thread(body, port) == (200, {"ready": True, "checks": {"one": "ok"}})
        assert (await asyncio.to_thread(body, port))[1]["checks"] == {"one": "ok", "two": "ok"}
