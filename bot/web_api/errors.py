"""The table of Slack's error codes and what to do about each."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

SLACK_ERRORS = (SlackClientError, aiohttp.ClientError, TimeoutError)
"""Everything that a Web API call raises: error answers of Slack and network errors."""


class Remedy(StrEnum):
    """What to do about an error. The values are the types of the ApplicationErrors that Temporal shows."""

    WAIT = "SlackBusy"
    """Slack did nothing. Retry after the time that Slack asks for."""
    LOOK_FIRST = "SlackMayHaveActed"
    """Slack may have carried out the call. Search for the message before posting again; retry other calls."""
    OPERATOR = "SlackNeedsOperator"
    """Slack did nothing, until an operator fixes the cause. Retry slowly and log errors."""
    OUR_BUG = "SlackRefusesOurMessage"
    """Slack will never accept this message. Do not retry."""
    FINAL = "SlackSaysFinal"
    """The message or channel is gone, or the call was carried out before. Do not retry."""
    CLICK_AGAIN = "SlackTriggerExpired"
    """The trigger id has expired. Only the user can start again."""
    RACE = "SlackViewChanged"
    """Another update of the view came first. Render the newer state."""
    UNKNOWN = "SlackUnknownError"
    """The code is not in the table. Retry slowly, log errors, and search before posting again."""


REMEDIES: Mapping[str, Remedy] = MappingProxyType(
    {
        "ratelimited": Remedy.WAIT,
        "rate_limited": Remedy.WAIT,
        "service_unavailable": Remedy.LOOK_FIRST,  # it means "wait", but some proxies say so after the fact
        "internal_error": Remedy.LOOK_FIRST,
        "fatal_error": Remedy.LOOK_FIRST,
        "request_timeout": Remedy.LOOK_FIRST,
        "invalid_auth": Remedy.OPERATOR,
        "not_authed": Remedy.OPERATOR,
        "token_revoked": Remedy.OPERATOR,
        "token_expired": Remedy.OPERATOR,
        "account_inactive": Remedy.OPERATOR,
        "missing_scope": Remedy.OPERATOR,
        "not_in_channel": Remedy.OPERATOR,
        "channel_not_found": Remedy.OPERATOR,
        "is_archived": Remedy.OPERATOR,
        "restricted_action": Remedy.OPERATOR,
        "messages_tab_disabled": Remedy.OPERATOR,
        "invalid_blocks": Remedy.OUR_BUG,
        "invalid_blocks_format": Remedy.OUR_BUG,
        "msg_too_long": Remedy.OUR_BUG,
        "msg_blocks_too_long": Remedy.OUR_BUG,
        "no_text": Remedy.OUR_BUG,
        "invalid_arguments": Remedy.OUR_BUG,
        "view_too_large": Remedy.OUR_BUG,
        "metadata_too_large": Remedy.OUR_BUG,
        "message_not_found": Remedy.FINAL,
        "thread_not_found": Remedy.FINAL,
        "cant_update_message": Remedy.FINAL,
        "edit_window_closed": Remedy.FINAL,
        "already_reacted": Remedy.FINAL,
        "user_not_in_channel": Remedy.FINAL,
        "expired_trigger_id": Remedy.CLICK_AGAIN,
        "exchanged_trigger_id": Remedy.CLICK_AGAIN,
        "invalid_trigger_id": Remedy.CLICK_AGAIN,
        "hash_conflict": Remedy.RACE,
    }
)

_REINSTALL = "reinstall the Slack app and set SLACK_BOT_TOKEN anew"
_HINTS: Mapping[str, str] = MappingProxyType(
    {
        "invalid_auth": _REINSTALL,
        "not_authed": _REINSTALL,
        "token_revoked": _REINSTALL,
        "token_expired": _REINSTALL,
        "account_inactive": _REINSTALL,
        "not_in_channel": "invite the bot to the channel: /invite @countersign",
        "channel_not_found": "check SLACK_APPROVALS_CHANNEL; into a private channel, /invite @countersign",
        "is_archived": "the channel is archived: unarchive it, or set SLACK_APPROVALS_CHANNEL to another",
        "restricted_action": "the workspace does not let the bot post there: ask one of its admins",
        "messages_tab_disabled": "switch the Messages tab on in the app's settings, under App Home",
    }
)
DEFAULT_RETRY_AFTER = 30
"""Seconds to wait when Slack's answer has no Retry-After."""


def error_code(error: SlackApiError) -> str:
    """Return Slack's error code, or "http_<status>" for an answer that has none."""
    response = error.response
    # For an answer that is not JSON, slack_sdk passes aiohttp's own response object.
    data = getattr(response, "data", None)
    if isinstance(data, dict) and isinstance(data.get("error"), str):
        return str(data["error"])
    return f"http_{_status(error)}"


def describe(error: BaseException) -> str:
    """Return the kind and the text of an error for the log, at most 300 characters."""
    return f"{type(error).__name__}: {error}"[:300]


def method_of(error: BaseException) -> str | None:
    """Return the Web API method that failed, such as "chat.update"; None if the error does not say."""
    url = getattr(getattr(error, "response", None), "api_url", None)
    return url.rpartition("/")[2] if isinstance(url, str) else None


def retry_after(error: SlackApiError) -> int:
    """Return the seconds that Slack asks to wait for, at least 1."""
    try:
        return max(1, int(error.response.headers["Retry-After"]))
    except (KeyError, ValueError, TypeError, AttributeError):
        return DEFAULT_RETRY_AFTER


def remedy_of(error: Exception) -> Remedy:
    """Look up what to do about an error. Raises the error itself if it is not one of SLACK_ERRORS."""
    if isinstance(error, SlackApiError):
        return _remedy_of_answer(error)
    if isinstance(error, SLACK_ERRORS):
        return Remedy.LOOK_FIRST
    raise error


def _remedy_of_answer(error: SlackApiError) -> Remedy:
    status, code = _status(error), error_code(error)
    if status == 429:
        return Remedy.WAIT
    if code.startswith("restricted_action"):
        return Remedy.OPERATOR
    if code in REMEDIES:
        return REMEDIES[code]
    # Without a code the answer is a proxy's error page, or was cut off.
    return Remedy.LOOK_FIRST if status >= 500 or code == f"http_{status}" else Remedy.UNKNOWN


def is_certainly_not_done(error: Exception) -> bool:
    """Return whether Slack certainly did nothing: the error code says so, or no connection was made."""
    if isinstance(error, aiohttp.ClientConnectorError):
        return True
    return remedy_of(error) in {Remedy.WAIT, Remedy.OPERATOR, Remedy.OUR_BUG, Remedy.FINAL}


def operator_hint(error: SlackApiError) -> str:
    """Return what an operator has to do about an error whose remedy is OPERATOR."""
    code = error_code(error)
    if code == "missing_scope":
        needed = getattr(error.response, "data", {}).get("needed", "?")
        return f"add the scope {needed} to the app (as in manifest.yml) and reinstall it"
    return _HINTS["restricted_action" if code.startswith("restricted_action") else code]


def _status(error: SlackApiError) -> int:
    response = error.response
    return int(getattr(response, "status_code", None) or getattr(response, "status", None) or 0)
