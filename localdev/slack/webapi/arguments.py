"""Reads the token and the arguments of a call from its header, query, form or JSON body."""

from collections.abc import Mapping

from aiohttp import web

from localdev.slack.errors import SlackError, invalid_arguments
from localdev.slack.json_values import Json, parse_json

_TRUE = {"1", "true", "True"}


class Arguments:
    """The arguments of one call. JSON bodies keep their types; form and query values are strings."""

    def __init__(self, values: Mapping[str, object]) -> None:
        self._values = {name: value for name, value in values.items() if value is not None}

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def text(self, name: str) -> str | None:
        """Return a string; numbers and booleans in JSON are converted."""
        value = self._values.get(name)
        if isinstance(value, (dict, list)):
            raise invalid_arguments(f"must be a string [json-pointer:/{name}]")
        return None if value is None else str(value)

    def required(self, name: str) -> str:
        """Return a string; raises `invalid_arguments` if it is missing or empty."""
        if not (value := self.text(name)):
            raise invalid_arguments(f"missing required field: {name}")
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        """Return a boolean, which can be `1` or `true` in a form."""
        value = self._values.get(name, default)
        return value if isinstance(value, bool) else str(value) in _TRUE

    def integer(self, name: str, default: int) -> int:
        """Return a whole number; raises `invalid_<name>` for anything else."""
        try:
            return int(str(self._values.get(name, default)))
        except ValueError:
            raise SlackError(f"invalid_{name}") from None

    def structure(self, name: str, error: str) -> object:
        """Return an object or list, which is JSON text in a form; raises `error` if that is invalid."""
        value = self._values.get(name)
        if not isinstance(value, str):
            return value
        try:
            return parse_json(value) if value else None
        except ValueError:
            raise SlackError(error) from None

    def without_token(self) -> Json:
        """Return all arguments except the token, for the traffic log."""
        return {name: value for name, value in self._values.items() if name != "token"}


async def read_call(request: web.Request) -> tuple[str | None, Arguments]:
    """Return the token and the arguments of a request."""
    values: Json = dict(request.query)
    token: str | None = values.get("token")
    body = await request.read() if request.method == "POST" else b""
    if body:
        if request.content_type == "application/json":
            values |= _object(body)  # a token in a JSON body does not count, as with Slack
        elif request.content_type in {"application/x-www-form-urlencoded", "multipart/form-data"}:
            form = await request.post()
            values |= {name: value for name, value in form.items() if isinstance(value, str)}
            token = values.get("token", token)
        else:
            raise SlackError(
                "invalid_post_type" if "Content-Type" in request.headers else "missing_post_type"
            )
    scheme, _, credential = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and credential:
        token = credential.strip()
    return token, Arguments(values)


def _object(body: bytes) -> Json:
    try:
        value = parse_json(body)
    except ValueError:
        raise SlackError("invalid_json") from None
    if not isinstance(value, dict):
        raise SlackError("json_not_object")
    return value
