"""Handles `/order delegate`: lets a colleague decide for the user, ends that, or lists the delegations."""

from datetime import UTC, datetime
from typing import assert_never
from uuid import uuid4

import structlog

from bot.block_kit.text import Message
from bot.commands.delegate_command import (
    Delegate,
    DelegateCommand,
    DelegateOff,
    InvalidDelegate,
    ShowDelegations,
)
from bot.database import DatabaseUnavailable, ask_database
from bot.dependencies import Dependencies
from bot.users.user_info import UserLookup
from bot.views.delegation import complaint, delegated, delegations, ended, invalid, refused
from bot.views.sentences.decisions import DATABASE_AWAY
from orchestration.domain.actor import ActorKind
from orchestration.domain.approval.delegations import DelegationGrant
from orchestration.domain.errors import DelegationRefused
from orchestration.domain.written_times.moments import parse_until

log = structlog.stdlib.get_logger(__name__)

IS_BOT = "I am a bot and decide nothing. Name a colleague."


class DelegateListener:
    """Changes and shows the delegations of the user who typed the command, never those of others."""

    def __init__(self, deps: Dependencies, users: UserLookup) -> None:
        self._deps = deps
        self._users = users

    async def answer(self, command: DelegateCommand, user: str) -> Message:
        """Carry out the command and return the message for the user."""
        try:
            return await self._answer(command, user)
        except DatabaseUnavailable:
            return Message(text=DATABASE_AWAY)

    async def _answer(self, command: DelegateCommand, user: str) -> Message:
        store, now = self._deps.delegations, datetime.now(UTC)
        match command:
            case Delegate():
                return await self._delegate(command, user, now)
            case DelegateOff(group):
                count = await ask_database(store.revoke(user, group, _actor(user)))
                log.info("delegations ended", person=user, group=group, count=count)
                return ended(count, group)
            case ShowDelegations():
                mine = await ask_database(store.active_of(user, now))
                return delegations(mine, await ask_database(store.active_for(user, now)))
            case InvalidDelegate():
                return invalid(command)
            case _:
                assert_never(command)

    async def _delegate(self, command: Delegate, user: str, now: datetime) -> Message:
        if command.to == self._deps.identity.user_id:
            return complaint(IS_BOT)
        time_zone = (await self._users.user_info(user)).time_zone
        try:
            until = parse_until(command.until, now, time_zone or "UTC")
        except ValueError as error:
            return complaint(str(error))
        granted = DelegationGrant(
            delegation_id=uuid4().hex,
            person=user,
            delegate=command.to,
            group=command.group,
            since=now,
            until=until,
            created_by=_actor(user),
        )
        try:
            await ask_database(self._deps.delegations.grant(granted), DelegationRefused)
        except DelegationRefused as error:
            log.info("delegation refused", person=user, delegate=command.to, problem=str(error))
            return refused(str(error))
        log.info(
            "delegation added",
            person=user,
            delegate=command.to,
            group=command.group,
            until=until.isoformat(),
        )
        return delegated(granted, zone_known=time_zone is not None)


def _actor(user: str) -> str:
    return f"{ActorKind.SLACK_USER}:{user}"
