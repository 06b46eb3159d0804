"""The frames that the workspace sends over Socket Mode, field for field as Slack's."""

from enum import StrEnum

from localdev.slack.json_values import Json

_HOST = "applink-localdev"
VERIFICATION_TOKEN = "verification-token"  # noqa: S105 - obsolete at Slack, still sent
PING = f"Ping from {_HOST}".encode()


class EnvelopeType(StrEnum):
    """The `type` of an envelope."""

    INTERACTIVE = "interactive"
    SLASH_COMMANDS = "slash_commands"
    EVENTS_API = "events_api"


class DisconnectReason(StrEnum):
    """The `reason` of a disconnect frame."""

    WARNING = "warning"  # ten seconds ahead
    REFRESH_REQUESTED = "refresh_requested"  # the client opens a new connection, then this one is closed
    LINK_DISABLED = "link_disabled"  # Socket Mode was switched off
    TOO_MANY_WEBSOCKETS = "too_many_websockets"


def hello(app_id: str, connections: int, seconds: int) -> Json:
    """The greeting; `connections` counts the one that is greeted, which will live for about `seconds`."""
    return {
        "type": "hello",
        "num_connections": connections,
        "debug_info": {"host": _HOST, "build_number": 1, "approximate_connection_time": seconds},
        "connection_info": {"app_id": app_id},
    }


def disconnect(reason: DisconnectReason) -> Json:
    """The request to go, or the warning of one."""
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": _HOST}}


def too_many_websockets(app_id: str, connections: int) -> Json:
    """The refusal of one connection too many, which `connections` counts."""
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
    """A payload to be acked; events say which attempt this is, and why there is another one."""
    frame: Json = {
        "envelope_id": envelope_id,
        "payload": payload,
        "type": kind,
        "accepts_response_payload": accepts_response_payload,
    }
    if kind is EnvelopeType.EVENTS_API:
        frame |= {"retry_attempt": retry_attempt, "retry_reason": retry_reason}
    return frame
