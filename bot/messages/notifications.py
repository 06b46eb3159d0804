"""Tells people, each once for each notice, whoever of them Slack lets it tell."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.block_kit.text import Message, is_group, is_user
from bot.messages.post_once import Post, Poster, key_of
from bot.views.notifications import direct, in_channel, in_thread, is_for_the_thread
from bot.web_api.errors import Remedy, error_code, remedy_of
from bot.web_api.rate_limits import GROUPS, OPENINGS, RateLimiter
from orchestration.contracts.slack import NotifyPeople
from orchestration.domain.approval.notifications import NotificationKind
from orchestration.ports.decisions import DelegationStore
from orchestration.ports.rate_limit_queue import Priority, QueuedCall

log = structlog.stdlib.get_logger(__name__)

MAX_PEOPLE = 50
"""Direct messages of one notice; whoever asks a larger group means "somebody", and the thread names some."""

GROUP_CACHED_FOR = 60.0
"""Seconds. A notice that waits for its turn is tried often, and Slack allows 20 look-ups a minute."""

_CALLS = {NotificationKind.REMINDER, NotificationKind.ESCALATION}
"""Notices that ask somebody to decide; whoever decides for them meanwhile hears of them too."""

_HOPELESS = {Remedy.OPERATOR, Remedy.FINAL, Remedy.UNKNOWN}
"""Somebody who has left, a channel that the bot is not in: the others are told all the same."""


class Notifications:
    """Thread, direct messages, channels. What was said already, by an earlier try, is not said again."""

    def __init__(
        self,
        slack: AsyncWebClient,
        poster: Poster,
        turns: RateLimiter,
        delegations: DelegationStore | None = None,
    ) -> None:
        """Without `delegations` nobody is told on behalf of a colleague."""
        self._slack = slack
        self._poster = poster
        self._turns = turns
        self._delegations = delegations
        self._groups: dict[str, tuple[float, tuple[str, ...]]] = {}

    async def tell(self, asked: NotifyPeople) -> None:
        """Tell everybody. Raises what may pass; the next try goes on where this one stopped."""
        spared = set(await self._users(asked, asked.without))
        wanted = await self._with_delegates(asked, await self._users(asked, asked.people))
        users = tuple(user for user in wanted if user not in spared)
        if asked.card is not None and is_for_the_thread(asked, users):
            thread = asked.card
            await self._post(asked, "thread", thread.channel, in_thread(asked, users), thread.ts)
        for channel in asked.channels:
            await self._post(asked, channel, channel, in_channel(asked))
        for user in users[:MAX_PEOPLE]:
            await self._direct(asked, user)

    async def _with_delegates(self, asked: NotifyPeople, users: tuple[str, ...]) -> tuple[str, ...]:
        if self._delegations is None or asked.notification.kind not in _CALLS:
            return users
        active = await self._delegations.all_active(datetime.now(UTC))
        return tuple(dict.fromkeys((*users, *(each.delegate for each in active if each.person in users))))

    async def _direct(self, asked: NotifyPeople, user: str) -> None:
        order_id = asked.view.order_id
        key = key_of(order_id, _purpose(asked, user))
        turn = QueuedCall(OPENINGS, key, order_id, Priority.NOTIFICATION)
        if await self._turns.is_busy(OPENINGS) and await self._poster.find(key) is not None:
            await self._turns.cancel(turn)
            return
        try:
            async with self._turns.slot(turn):
                opened = await self._slack.conversations_open(users=user)
        except SlackApiError as error:
            _pass_over(error, asked, user)
        else:
            await self._post(asked, user, str(opened["channel"]["id"]), direct(asked))

    async def _post(
        self, asked: NotifyPeople, whom: str, channel: str, message: Message, thread_ts: str | None = None
    ) -> None:
        post = Post(asked.view.order_id, _purpose(asked, whom), channel, message, thread_ts)
        try:
            await self._poster.post(post)
        except SlackApiError as error:
            _pass_over(error, asked, whom)

    async def _users(self, asked: NotifyPeople, members: Sequence[str]) -> tuple[str, ...]:
        users: dict[str, None] = {}
        for member in members:
            if is_group(member):
                users |= dict.fromkeys(await self._members(asked, member))
            elif is_user(member):
                users[member] = None
        return tuple(users)

    async def _members(self, asked: NotifyPeople, group: str) -> tuple[str, ...]:
        clock = asyncio.get_running_loop().time
        until, members = self._groups.get(group, (0.0, ()))
        if clock() < until:
            return members
        order_id = asked.view.order_id
        try:
            async with self._turns.slot(
                QueuedCall(GROUPS, f"{order_id}:{group}", order_id, Priority.NOTIFICATION)
            ):
                answer = await self._slack.usergroups_users_list(usergroup=group)
        except SlackApiError as error:
            # A group that somebody has deleted must not keep everybody else from hearing.
            _pass_over(error, asked, group)
            return ()
        members = tuple(map(str, answer.get("users") or []))
        self._groups[group] = (clock() + GROUP_CACHED_FOR, members)
        return members


def _purpose(asked: NotifyPeople, whom: str) -> str:
    notification = asked.notification
    return f"{notification.kind}-{notification.number}-{int(notification.at.timestamp())}:{whom}"


def _pass_over(error: SlackApiError, asked: NotifyPeople, whom: str) -> None:
    if remedy_of(error) not in _HOPELESS:
        raise error
    log.warning("could not tell", order_id=asked.view.order_id, whom=whom, problem=error_code(error))
