"""Parses requests of the control API and answers with an error message if one is invalid."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from aiohttp import web
from pydantic import BaseModel, ValidationError

from localdev.slack.errors import ActionRefused
from localdev.slack.json_values import Json

B = TypeVar("B", bound=BaseModel)


def json_handler(
    model: type[B], act: Callable[[B], Awaitable[Json]]
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Return a handler that parses the body as `model` and answers with the result of `act`.

    An invalid body is answered with 400, ActionRefused with its status; both with `{"error": "why"}`.
    """

    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            return web.json_response(await act(model.model_validate_json(await request.read() or b"{}")))
        except ValidationError as error:
            problems = [f"{'.'.join(map(str, e['loc'])) or 'body'}: {e['msg']}" for e in error.errors()]
            return web.json_response({"error": "; ".join(problems)}, status=400)
        except ActionRefused as refused:
            return web.json_response({"error": str(refused)}, status=refused.status)

    return handle


def query_number(request: web.Request, name: str, default: int) -> int:
    """Return a whole number from the query; raises HTTPBadRequest for anything else."""
    text = request.query.get(name, str(default))
    if not text.isascii() or not text.isdigit():
        raise web.HTTPBadRequest(
            text=f'{{"error": "{name}: a whole number"}}', content_type="application/json"
        )
    return int(text)
