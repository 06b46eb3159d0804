"""`/order delegate`: let a colleague decide, take it back, look at it."""

from collections.abc import Awaitable
from datetime import UTC, datetime
from typing import TypeVar, assert_never
from uuid import uuid4

import structlog

from bot.dependencies import Dependencies
from bot.payloads.delegate_command import (
    Delegate,
    DelegateCommand,
    DelegateOff,
    InvalidDelegate,
    ShowDelegations,
)
from bot.views.blocks.text import Message
from bot.views.delegation import complaint, delegated, delegations, ended, misread, refused
from bot.views.sentences.decisions import DATABASE_AWAY
from bot.web_api.users import UserLookup
from orchestration.domain.actor import ActorKind
from orchestration.domain.approval.delegations import Granted
from orchestration.domain.errors import DelegationRefused
from orchestration.domain.written_times import parse_until

log = structlog.stdlib.get_logger(__name__)

T = TypeVar("T")
NOT_ME = "I am a bot and decide nothing. Name a colleague."


class DelegateListener:
    """Answers what is asked about the delegations of whoever asks; nobody sets up somebody else's."""

    def __init__(self, deps: Dependencies, people: UserLookup) -> None:
        self._deps = deps
        self._people = people

    async def answer(self, asked: DelegateCommand, user: str) -> Message:
        """Do it and say so, or say why not."""
        try:
            return await self._answer(asked, user)
        except _DatabaseUnavailable:
            return Message(text=DATABASE_AWAY)

    async def _answer(self, asked: DelegateCommand, user: str) -> Message:
        store, now = self._deps.delegations, datetime.now(UTC)
        match asked:
            case Delegate():
                return await self._delegate(asked, user, now)
            case DelegateOff(group):
                count = await _stored(store.revoke(user, group, _actor(user)))
                log.info("delegations were ended", person=user, group=group, count=count)
                return ended(count, group)
            case ShowDelegations():
                mine = await _stored(store.active_of(user, now))
                return delegations(mine, await _stored(store.active_for(user, now)))
            case InvalidDelegate():
                return misread(asked)
            case _:
                assert_never(asked)

    async def _delegate(self, asked: Delegate, user: str, now: datetime) -> Message:
        if asked.to == self._deps.identity.user_id:
            return complaint(NOT_ME)
        zone = (await self._people.person(user)).zone
        try:
            until = parse_until(asked.until, now, zone or "UTC")
        except ValueError as error:
            return complaint(str(error))
        granted = Granted(
            delegation_id=uuid4().hex,
            person=user,
            delegate=asked.to,
            group=asked.group,
            since=now,
            until=until,
            created_by=_actor(user),
        )
        try:
            await _stored(self._deps.delegations.grant(granted))
        except DelegationRefused as error:
            log.info("refused a delegation", person=user, delegate=asked.to, problem=str(error))
            return refused(str(error))
        log.info("a delegation", person=user, delegate=asked.to, group=asked.group, until=until.isoformat())
        return delegated(granted, zone_known=zone is not None)


class _DatabaseUnavailable(Exception):
    """The store did not answer; logged already."""


async def _stored(answer: Awaitable[T]) -> T:
    try:
        return await answer
    except DelegationRefused:
        raise
    except Exception as error:
        # Whatever a database raises: the one who asked is told.
        log.exception("the database did not answer")
        raise _DatabaseUnavailable from error


def _actor(user: str) -> str:
    return f"{ActorKind.SLACK_USER}:{user}"
