"""Sends notifications to the card's thread, to people and to channels, each recipient once."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.block_kit.text import Message, is_group, is_user
from bot.messages.exactly_once_poster import Post, Poster, key_of
from bot.views.notifications import direct, in_channel, in_thread, is_for_the_thread
from bot.web_api.errors import Remedy, error_code, method_of, remedy_of
from bot.web_api.rate_limits import GROUPS, OPENINGS, RateLimiter
from orchestration.contracts.slack import NotifyPeople
from orchestration.domain.approval.notifications import NotificationKind
from orchestration.ports.decisions import DelegationStore
from orchestration.ports.rate_limit_queue import Priority, QueuedCall

log = structlog.stdlib.get_logger(__name__)

MAX_PEOPLE = 50
"""Direct messages of one notification. Of a larger group, the thread still mentions some members."""

GROUP_CACHED_FOR = 60.0
"""Seconds. A notification in the rate-limit queue is retried often; Slack allows 20 look-ups a minute."""

_ASKS_TO_DECIDE = {NotificationKind.REMINDER, NotificationKind.ESCALATION}
"""Kinds that ask people to decide, and so go to their delegates too."""

_SKIPPED = {Remedy.OPERATOR, Remedy.FINAL, Remedy.UNKNOWN}
"""Errors of one recipient, such as a deactivated user. The other recipients are notified all the same."""


class Notifications:
    """Sends notifications. What an earlier attempt of the activity sent is not sent again."""

    def __init__(
        self,
        slack: AsyncWebClient,
        poster: Poster,
        rate_limiter: RateLimiter,
        delegations: DelegationStore | None = None,
    ) -> None:
        """Without `delegations` no delegates are notified."""
        self._slack = slack
        self._poster = poster
        self._rate_limiter = rate_limiter
        self._delegations = delegations
        self._groups: dict[str, tuple[float, tuple[str, ...]]] = {}

    async def send(self, request: NotifyPeople) -> None:
        """Notify every recipient. Raises errors that a retry can solve; the retry skips who was notified."""
        excluded = set(await self._users(request, request.excluded))
        included = await self._with_delegates(request, await self._users(request, request.people))
        users = tuple(user for user in included if user not in excluded)
        if request.card is not None and is_for_the_thread(request, users):
            thread = request.card
            await self._post(request, "thread", thread.channel, in_thread(request, users), thread.ts)
        for channel in request.channels:
            await self._post(request, channel, channel, in_channel(request))
        for user in users[:MAX_PEOPLE]:
            await self._direct(request, user)

    async def _with_delegates(self, request: NotifyPeople, users: tuple[str, ...]) -> tuple[str, ...]:
        if self._delegations is None or request.notification.kind not in _ASKS_TO_DECIDE:
            return users
        active = await self._delegations.all_active(datetime.now(UTC))
        return tuple(dict.fromkeys((*users, *(each.delegate for each in active if each.person in users))))

    async def _direct(self, request: NotifyPeople, user: str) -> None:
        order_id = request.card_view.order_id
        key = key_of(order_id, _purpose(request, user))
        call = QueuedCall(OPENINGS, key, order_id, Priority.NOTIFICATION)
        if await self._rate_limiter.is_busy(OPENINGS) and await self._poster.find(key) is not None:
            await self._rate_limiter.cancel(call)
            return
        try:
            async with self._rate_limiter.slot(call):
                opened = await self._slack.conversations_open(users=user)
        except SlackApiError as error:
            _skip_or_raise(error, request, user)
        else:
            await self._post(request, user, str(opened["channel"]["id"]), direct(request))

    async def _post(
        self,
        request: NotifyPeople,
        recipient: str,
        channel: str,
        message: Message,
        thread_ts: str | None = None,
    ) -> None:
        post = Post(request.card_view.order_id, _purpose(request, recipient), channel, message, thread_ts)
        try:
            await self._poster.post(post)
        except SlackApiError as error:
            _skip_or_raise(error, request, recipient)

    async def _users(self, request: NotifyPeople, members: Sequence[str]) -> tuple[str, ...]:
        users: dict[str, None] = {}
        for member in members:
            if is_group(member):
                users |= dict.fromkeys(await self._members(request, member))
            elif is_user(member):
                users[member] = None
        return tuple(users)

    async def _members(self, request: NotifyPeople, group: str) -> tuple[str, ...]:
        clock = asyncio.get_running_loop().time
        until, members = self._groups.get(group, (0.0, ()))
        if clock() < until:
            return members
        order_id = request.card_view.order_id
        try:
            async with self._rate_limiter.slot(
                QueuedCall(GROUPS, f"{order_id}:{group}", order_id, Priority.NOTIFICATION)
            ):
                answer = await self._slack.usergroups_users_list(usergroup=group)
        except SlackApiError as error:
            # A deleted group must not keep the other recipients from being notified.
            _skip_or_raise(error, request, group)
            return ()
        members = tuple(map(str, answer.get("users") or []))
        self._groups[group] = (clock() + GROUP_CACHED_FOR, members)
        return members


def _purpose(request: NotifyPeople, recipient: str) -> str:
    notification = request.notification
    return f"{notification.kind}-{notification.number}-{int(notification.at.timestamp())}:{recipient}"


def _skip_or_raise(error: SlackApiError, request: NotifyPeople, recipient: str) -> None:
    if remedy_of(error) not in _SKIPPED:
        raise error
    log.warning(
        "Slack call failed: recipient not notified",
        order_id=request.card_view.order_id,
        recipient=recipient,
        method=method_of(error),
        error=error_code(error),
    )
