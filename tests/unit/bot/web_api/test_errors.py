"""Every error code of Slack is classified, and has advice where a person has to act."""

from collections import Counter
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from temporalio.exceptions import ApplicationErrorCategory

from bot.web_api.application_errors import OPERATOR_DELAY, to_application_error
from bot.web_api.errors import REMEDIES, Remedy, is_certainly_not_done, operator_hint, remedy_of

# As Slack's reference and experience have them, by what to do; kept apart from the code on purpose.
TABLE = {
    Remedy.WAIT: "ratelimited rate_limited",
    Remedy.LOOK_FIRST: "internal_error fatal_error service_unavailable request_timeout",
    Remedy.OPERATOR: (
        "invalid_auth not_authed token_revoked token_expired account_inactive missing_scope not_in_channel "
        "channel_not_found is_archived restricted_action messages_tab_disabled"
    ),
    Remedy.OUR_BUG: (
        "invalid_blocks invalid_blocks_format msg_too_long msg_blocks_too_long no_text invalid_arguments "
        "view_too_large metadata_too_large"
    ),
    Remedy.FINAL: (
        "message_not_found thread_not_found cant_update_message edit_window_closed already_reacted "
        "user_not_in_channel"
    ),
    Remedy.CLICK_AGAIN: "expired_trigger_id exchanged_trigger_id invalid_trigger_id",
    Remedy.RACE: "hash_conflict",
}
EVERY = [(code, remedy) for remedy, codes in TABLE.items() for code in codes.split()]


def answer(code: str | None, status: int = 200, **headers: str) -> SlackApiError:
    """The exception that the SDK raises for such an answer."""
    data: dict[str, Any] = {} if code is None else {"ok": False, "error": code, "needed": "chat:write"}
    response = AsyncSlackResponse(
        client=AsyncWebClient(),
        http_verb="POST",
        api_url="",
        req_args={},
        data=data,
        headers=headers,
        status_code=status,
    )
    return SlackApiError("no", response)  # type: ignore[no-untyped-call]


def test_every_code_stands_in_the_table_once() -> None:
    """No more and no fewer."""
    assert dict(EVERY) == dict(REMEDIES)
    assert set(Counter(code for code, _ in EVERY).values()) == {1}


@pytest.mark.parametrize(("code", "remedy"), EVERY)
def test_each_code_is_translated_for_temporal(code: str, remedy: Remedy) -> None:
    """Retried unless nothing could ever change; the type tells an operator which sort it is."""
    error = to_application_error(answer(code), "posting")
    assert error.type == remedy
    final = remedy in {Remedy.OUR_BUG, Remedy.FINAL, Remedy.CLICK_AGAIN, Remedy.RACE}
    assert error.non_retryable == final
    assert code in error.message


def test_429_waits_as_long_as_slack_says_and_makes_no_noise() -> None:
    """Retry-After, in seconds."""
    error = to_application_error(answer(None, 429, **{"Retry-After": "17"}), "posting")
    assert error.next_retry_delay is not None
    assert error.next_retry_delay.total_seconds() == 17
    assert error.category is ApplicationErrorCategory.BENIGN
    assert not error.non_retryable


@pytest.mark.parametrize("code", TABLE[Remedy.OPERATOR].split())
def test_what_an_operator_must_mend_is_retried_slowly_with_a_hint(code: str) -> None:
    """It says what to do."""
    error = to_application_error(answer(code), "posting")
    assert error.next_retry_delay == OPERATOR_DELAY
    assert len(operator_hint(answer(code))) > 10


def test_the_hint_for_a_missing_scope_names_it() -> None:
    """As Slack says in `needed`."""
    assert "chat:write" in operator_hint(answer("missing_scope"))


def test_every_kind_of_restricted_action_is_the_operators() -> None:
    """There are a dozen of them."""
    assert remedy_of(answer("restricted_action_read_only_channel")) is Remedy.OPERATOR
    assert operator_hint(answer("restricted_action_read_only_channel"))


def test_an_unknown_code_is_retried_slowly_and_may_have_acted() -> None:
    """Slack invents new ones."""
    error = answer("brand_new")
    assert remedy_of(error) is Remedy.UNKNOWN
    assert not is_certainly_not_done(error)
    assert to_application_error(error, "posting").next_retry_delay == OPERATOR_DELAY


@pytest.mark.parametrize(
    ("error", "certain"),
    [
        (answer("not_in_channel"), True),
        (answer("ratelimited", 429), True),
        (answer("internal_error"), False),
        (answer(None, 503), False),
        (answer(None, 502), False),
        (answer(None, 200), False),
        (aiohttp.ServerDisconnectedError(), False),
        (TimeoutError(), False),
    ],
)
def test_only_a_clear_no_means_that_nothing_was_posted(error: Exception, certain: bool) -> None:
    """Everything else may have been."""
    assert is_certainly_not_done(error) == certain


def test_other_exceptions_are_none_of_slacks() -> None:
    """They pass through unchanged."""
    with pytest.raises(LookupError):
        to_application_error(LookupError("ours"), "posting")
