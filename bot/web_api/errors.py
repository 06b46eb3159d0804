"""What to do about each error of Slack: one table, and its translation for Temporal."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import assert_never

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

SLACK_ERRORS = (SlackClientError, aiohttp.ClientError, TimeoutError)
"""All that a call to Slack raises: its answers, and what happens on the way there."""


class Remedy(StrEnum):
    """What an error asks for. The values are the types of the ApplicationErrors that Temporal shows."""

    WAIT = "SlackBusy"
    """Nothing was done: wait as told, then try again."""
    LOOK_FIRST = "SlackMayHaveActed"
    """It may have been done: look before posting again; what can be repeated is simply retried."""
    OPERATOR = "SlackNeedsOperator"
    """Nothing was done, and nothing will be until somebody mends it: try slowly, be loud."""
    OUR_BUG = "SlackRefusesOurMessage"
    """The same message will never be taken."""
    FINAL = "SlackSaysFinal"
    """What this was about is gone or done."""
    CLICK_AGAIN = "SlackTriggerExpired"
    """Only the user can start it again."""
    RACE = "SlackViewChanged"
    """Somebody else was faster: draw the newer state."""
    UNKNOWN = "SlackUnknownError"
    """A code that this table does not have: try slowly, be loud, and look before posting again."""


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

OPERATOR_DELAY = timedelta(seconds=30)
"""Between tries of what an operator has to mend first; soon enough for somebody who has just mended it."""
DEFAULT_RETRY_AFTER = 30
"""Seconds, where Slack does not say."""


def code_of(error: SlackApiError) -> str:
    """Return Slack's code, or the HTTP status of an answer that has none."""
    response = error.response
    # An answer that is not JSON arrives as aiohttp's own response object.
    data = getattr(response, "data", None)
    if isinstance(data, dict) and isinstance(data.get("error"), str):
        return str(data["error"])
    return f"http_{_status(error)}"


def retry_after(error: SlackApiError) -> int:
    """Return the seconds that Slack asks to wait for, at least 1."""
    try:
        return max(1, int(error.response.headers["Retry-After"]))
    except (KeyError, ValueError, TypeError, AttributeError):
        return DEFAULT_RETRY_AFTER


def remedy_of(error: Exception) -> Remedy:
    """Look an error up. Raises it again if it is none of Slack's or of the way there."""
    if isinstance(error, SlackApiError):
        return _remedy_of_answer(error)
    if isinstance(error, SLACK_ERRORS):
        return Remedy.LOOK_FIRST
    raise error


def _remedy_of_answer(error: SlackApiError) -> Remedy:
    status, code = _status(error), code_of(error)
    if status == 429:
        return Remedy.WAIT
    if code.startswith("restricted_action"):
        return Remedy.OPERATOR
    if code in REMEDIES:
        return REMEDIES[code]
    # No code at all: a proxy's page, or an answer that was cut off.
    return Remedy.LOOK_FIRST if status >= 500 or code == f"http_{status}" else Remedy.UNKNOWN


def says_not_done(error: Exception) -> bool:
    """Whether it is certain that Slack did nothing: it said so, or was never reached."""
    if isinstance(error, aiohttp.ClientConnectorError):
        return True
    return remedy_of(error) in {Remedy.WAIT, Remedy.OPERATOR, Remedy.OUR_BUG, Remedy.FINAL}


def hint(error: SlackApiError) -> str:
    """Say what an operator has to do."""
    code = code_of(error)
    if code == "missing_scope":
        needed = getattr(error.response, "data", {}).get("needed", "?")
        return f"add the scope {needed} to the app (as in manifest.yml) and reinstall it"
    return _HINTS["restricted_action" if code.startswith("restricted_action") else code]


def to_temporal(error: Exception, doing: str) -> ApplicationError:
    """Translate an error of Slack or of the way there, for an activity to raise; others are raised again.

    `doing` says what failed, such as "posting the card".
    """
    remedy = remedy_of(error)
    if not isinstance(error, SlackApiError):
        reason = f"{type(error).__name__} {error}".strip()
        return ApplicationError(f"{doing}: no answer from Slack ({reason})", type=remedy)
    code = code_of(error)
    match remedy:
        case Remedy.WAIT:
            seconds = retry_after(error)
            return ApplicationError(
                f"{doing}: Slack asks to wait {seconds} s ({code})",
                type=remedy,
                next_retry_delay=timedelta(seconds=seconds),
                category=ApplicationErrorCategory.BENIGN,
            )
        case Remedy.LOOK_FIRST:
            return ApplicationError(f"{doing}: no clear answer from Slack ({code})", type=remedy)
        case Remedy.OPERATOR:
            why = f"{doing}: {code}: {hint(error)}"
            return ApplicationError(why, type=remedy, next_retry_delay=OPERATOR_DELAY)
        case Remedy.UNKNOWN:
            why = f"{doing}: Slack says {code}, which is new to us"
            return ApplicationError(why, type=remedy, next_retry_delay=OPERATOR_DELAY)
        case Remedy.OUR_BUG | Remedy.FINAL | Remedy.CLICK_AGAIN | Remedy.RACE:
            why = f"{doing}: Slack refuses it for good ({code})"
            return ApplicationError(why, type=remedy, non_retryable=True)
        case _:
            assert_never(remedy)


def _status(error: SlackApiError) -> int:
    response = error.response
    return int(getattr(response, "status_code", None) or getattr(response, "status", None) or 0)
