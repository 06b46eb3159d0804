"""Builds the frames that Slack sends over Socket Mode."""

from enum import StrEnum

from localdev.slack.json_values import Json

_HOST = "applink-localdev"
VERIFICATION_TOKEN = "verification-token"  # noqa: S105 - obsolete, but Slack still sends it
PING = f"Ping from {_HOST}".encode()


class EnvelopeType(StrEnum):
    """The `type` of an envelope."""

    INTERACTIVE = "interactive"
    SLASH_COMMANDS = "slash_commands"
    EVENTS_API = "events_api"


class DisconnectReason(StrEnum):
    """The `reason` of a disconnect frame."""

    WARNING = "warning"  # sent ten seconds before the connection is closed
    REFRESH_REQUESTED = "refresh_requested"  # the client must open a new connection; this one is closed then
    LINK_DISABLED = "link_disabled"  # Socket Mode was switched off
    TOO_MANY_WEBSOCKETS = "too_many_websockets"


def hello(app_id: str, connections: int, seconds: int) -> Json:
    """Return the first frame of a connection that lasts about `seconds`. `connections` includes this one."""
    return {
        "type": "hello",
        "num_connections": connections,
        "debug_info": {"host": _HOST, "build_number": 1, "approximate_connection_time": seconds},
        "connection_info": {"app_id": app_id},
    }


def disconnect(reason: DisconnectReason) -> Json:
    """Return a disconnect frame."""
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": _HOST}}


def too_many_websockets(app_id: str, connections: int) -> Json:
    """Return the frame that refuses a connection. `connections` includes that one."""
    return {
        **disconnect(DisconnectReason.TOO_MANY_WEBSOCKETS),
        "num_connections": connections,
        "connection_info": {"app_id": app_id},
    }


def envelope(
    envelope_id: str,
    kind: EnvelopeType,
    payload: Json,
    *,
    accepts_response_payload: bool = True,
    retry_attempt: int = 0,
    retry_reason: str = "",
) -> Json:
    """Return the envelope of a payload. Only events have `retry_attempt` and `retry_reason`."""
    frame: Json = {
        "envelope_id": envelope_id,
        "payload": payload,
        "type": kind,
        "accepts_response_payload": accepts_response_payload,
    }
    if kind is EnvelopeType.EVENTS_API:
        frame |= {"retry_attempt": retry_attempt, "retry_reason": retry_reason}
    return frame
