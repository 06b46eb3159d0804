"""All state of the simulated workspace, behind one class. Rules of the Web API live in `webapi/`."""

import secrets
import time
from collections.abc import Iterator
from itertools import count

from localdev.slack.changes import Changes
from localdev.slack.clock import TsClock
from localdev.slack.models import (
    App,
    Channel,
    ChannelKind,
    Edited,
    Frozen,
    HookKind,
    Message,
    ResponseHook,
    Seed,
    User,
    UserGroup,
)
from localdev.slack.state_file import StateFile
from localdev.slack.wire import Json, SlackError

RESPONSE_URL_SECONDS = 30 * 60
TRIGGER_SECONDS = 3
SLACKBOT = "USLACKBOT"


class Workspace:
    """People, channels, messages and the short-lived grants (trigger ids, response urls)."""

    def __init__(self, seed: Seed, state: StateFile | None = None) -> None:
        self.team_id, self.domain, self.team_name = seed.team_id, seed.domain, seed.team_name
        self.app: App = seed.app
        self.changes = Changes()
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.groups: dict[str, UserGroup] = {}
        self.hooks: dict[str, ResponseHook] = {}
        # Shown to a person at a message when their click came to nothing: (channel, ts, user) -> why.
        self.warnings: dict[tuple[str, str, str], str] = {}
        self._messages: dict[str, dict[str, Message]] = {}
        self._replies: dict[tuple[str, str], list[str]] = {}
        self._triggers: dict[str, float] = {}
        self._ts = TsClock()
        self._state = state
        self._begin(seed)

    def _begin(self, seed: Seed) -> None:
        for user in seed.users:
            self.users[user.id] = user
        for group in seed.groups:
            self.groups[group.id] = group
        for channel in seed.channels:
            self.channels[channel.id] = channel
        for body in self._load("channel"):
            channel = Channel.model_validate_json(body)
            self.channels[channel.id] = channel
        for body in self._load("hook"):
            hook = ResponseHook.model_validate_json(body)
            if hook.expires_at > time.time():
                self.hooks[hook.id] = hook
            else:
                self._drop("hook", hook.id)
        restored = [Message.model_validate_json(body) for body in self._load("message")]
        for message in sorted(restored, key=lambda m: m.ts):
            self._index(message)
            self._ts.seen(message.ts)

    # --- people and channels

    def user_named(self, name_or_id: str) -> User | None:
        """The user with this id or this short name."""
        return self.users.get(name_or_id) or next(
            (u for u in self.users.values() if u.name == name_or_id), None
        )

    def channel_named(self, name_or_id: str) -> Channel | None:
        """The channel with this id or name, `#` or not."""
        name = name_or_id.removeprefix("#")
        return self.channels.get(name_or_id) or next(
            (c for c in self.channels.values() if c.name and c.name == name), None
        )

    def direct_message(self, user_id: str) -> Channel:
        """The conversation of this user with the app, opened if need be."""
        channel_id = "D" + user_id[1:]
        if channel_id not in self.channels:
            self.save_channel(
                Channel(
                    id=channel_id,
                    kind=ChannelKind.DIRECT,
                    members=(user_id, self.app.bot_user_id),
                    created=int(time.time()),
                )
            )
        return self.channels[channel_id]

    def save_channel(self, channel: Channel) -> None:
        """Add or replace a channel."""
        self.channels[channel.id] = channel
        self._put("channel", channel.id, channel)
        self.changes.notify("channel", channel=channel.id)

    def set_member(self, channel_id: str, user_id: str, *, member: bool) -> None:
        """Let a user (the app's bot too) join or leave a channel."""
        channel = self.channels[channel_id]
        others = tuple(m for m in channel.members if m != user_id)
        self.save_channel(channel.model_copy(update={"members": (*others, user_id) if member else others}))

    # --- messages

    def new_ts(self) -> str:
        """A timestamp that nothing else has."""
        return self._ts.next()

    def message(self, channel: str, ts: str) -> Message | None:
        """One message, an ephemeral too."""
        return self._messages.get(channel, {}).get(ts)

    def messages(self, channel: str, *, newest_first: bool = False) -> Iterator[Message]:
        """Every message of a channel in order, replies and ephemerals included."""
        kept = self._messages.get(channel, {})
        return iter([*reversed(kept.values())] if newest_first else [*kept.values()])

    def replies(self, message: Message) -> list[Message]:
        """The thread under a message, oldest first, ephemerals left out."""
        kept = self._messages.get(message.channel, {})
        listed = [kept[ts] for ts in self._replies.get((message.channel, message.ts), ()) if ts in kept]
        return [reply for reply in listed if reply.visible_to is None]

    def add(self, message: Message) -> Message:
        """Post a message that has a fresh `ts`."""
        self._index(message)
        self._keep(message)
        return message

    def replace(self, message: Message, **changed: object) -> Message:
        """Change a message in place."""
        message = message.model_copy(update={"changed_ts": self.new_ts(), **changed})
        self._messages[message.channel][message.ts] = message
        self._keep(message)
        return message

    def edited_now(self, user: str) -> Edited:
        """The mark of an edit by `user`."""
        return Edited(user=user, ts=self.new_ts())

    def delete(self, message: Message) -> None:
        """Delete a message; one with replies leaves a tombstone, so that its thread stays."""
        if self.replies(message):
            self.replace(
                message,
                subtype="tombstone",
                user=SLACKBOT,
                text="This message was deleted.",
                blocks=(),
                attachments=(),
                metadata=None,
                bot_id=None,
                app_id=None,
            )
            return
        del self._messages[message.channel][message.ts]
        self._drop("message", f"{message.channel}/{message.ts}")
        self.changes.notify("message", channel=message.channel, ts=message.ts)

    def warn(self, channel: str, ts: str, user: str, why: str | None) -> None:
        """Show `user` a warning at a message, or take it away."""
        if why is None:
            self.warnings.pop((channel, ts, user), None)
        else:
            self.warnings[channel, ts, user] = why
        self.changes.notify("warning", channel=channel, ts=ts, user=user)

    def _index(self, message: Message) -> None:
        self._messages.setdefault(message.channel, {})[message.ts] = message
        if message.thread_ts and message.thread_ts != message.ts:
            self._replies.setdefault((message.channel, message.thread_ts), []).append(message.ts)

    def _keep(self, message: Message) -> None:
        if message.visible_to is None:  # Slack forgets ephemerals at the next reload, so do we
            self._put("message", f"{message.channel}/{message.ts}", message)
        self.changes.notify("message", channel=message.channel, ts=message.ts)

    def _put(self, kind: str, key: str, value: Frozen) -> None:
        if self._state is not None:
            self._state.put(kind, key, value.model_dump_json(exclude_defaults=True))

    def _drop(self, kind: str, key: str) -> None:
        if self._state is not None:
            self._state.drop(kind, key)

    def _load(self, kind: str) -> list[str]:
        return self._state.load(kind) if self._state is not None else []

    # --- trigger ids and response urls

    def new_trigger(self) -> str:
        """A trigger id: good once, for three seconds."""
        now = time.monotonic()
        self._triggers = {t: end for t, end in self._triggers.items() if end > now - 60}
        trigger = f"{time.time_ns() // 1000}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        self._triggers[trigger] = now + TRIGGER_SECONDS
        return trigger

    def use_trigger(self, trigger: str) -> None:
        """Spend a trigger id, or raise that it is invalid, expired or exchanged (used) already."""
        end = self._triggers.get(trigger)
        if end is None:
            raise SlackError("invalid_trigger_id")
        if end < 0:
            raise SlackError("exchanged_trigger_id")
        if end < time.monotonic():
            raise SlackError("expired_trigger_id")
        self._triggers[trigger] = -1

    _hook_numbers = count(1)

    def new_hook(
        self, kind: HookKind, channel: str, user: str, source: Message | None = None
    ) -> ResponseHook:
        """A response url for what `user` just did in `channel`, at the message `source` if there is one."""
        hook = ResponseHook(
            id=f"{time.time_ns() // 1000}{next(self._hook_numbers)}/{secrets.token_urlsafe(18)}",
            kind=kind,
            app_id=self.app.id,
            channel=channel,
            user=user,
            expires_at=time.time() + RESPONSE_URL_SECONDS,
            message_ts=source.ts if source else None,
            is_ephemeral=source is not None and source.visible_to is not None,
            thread_ts=source.thread_ts if source else None,
        )
        self.save_hook(hook)
        self._forget_expired_hooks()
        return hook

    def _forget_expired_hooks(self) -> None:
        """Only long after they expired: a late use is still told `expired_url`. The oldest come first."""
        while hook := next(iter(self.hooks.values()), None):
            if hook.expires_at + RESPONSE_URL_SECONDS > time.time():
                return
            del self.hooks[hook.id]
            self._drop("hook", hook.id)

    def save_hook(self, hook: ResponseHook) -> None:
        """Add or replace a response url."""
        self.hooks[hook.id] = hook
        self._put("hook", hook.id, hook)


def sees(message: Message, user: str) -> bool:
    """Whether `user` sees this message, given that they see its channel."""
    return message.visible_to is None or message.visible_to == user


def as_json(message: Message, *, with_metadata: bool = False) -> Json:
    """A stored message as the Web API and payloads show it, thread fields left out."""
    fields: Json = {"user": message.user, "type": "message", "ts": message.ts}
    optional: Json = {
        "subtype": message.subtype,
        "client_msg_id": message.client_msg_id,
        "bot_id": message.bot_id,
        "app_id": message.app_id,
    }
    fields |= {key: value for key, value in optional.items() if value is not None}
    fields["text"] = message.text
    if message.blocks:
        fields["blocks"] = list(message.blocks)
    if message.attachments:
        fields["attachments"] = list(message.attachments)
    if message.edited:
        fields["edited"] = message.edited.model_dump()
    if message.thread_ts:
        fields["thread_ts"] = message.thread_ts
    if with_metadata and message.metadata is not None:
        fields["metadata"] = message.metadata
    return fields
