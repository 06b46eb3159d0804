"""How the control API reads what it is sent, and says what was wrong with it."""

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
    """A handler that reads `model` from the body, acts, and says clearly what was wrong with either."""

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
    """A whole number in the query; raises HTTPBadRequest for anything else."""
    text = request.query.get(name, str(default))
    if not text.isascii() or not text.isdigit():
        raise web.HTTPBadRequest(
            text=f'{{"error": "{name}: a whole number"}}', content_type="application/json"
        )
    return int(text)
