"""Holds the state of the simulated workspace. The rules of the Web API are in `webapi/`."""

import secrets
import time
from collections.abc import Iterator

from localdev.slack.json_values import Json
from localdev.slack.workspace.change_feed import ChangeFeed
from localdev.slack.workspace.files import Files
from localdev.slack.workspace.models import (
    App,
    Channel,
    ChannelKind,
    Edited,
    Message,
    Reaction,
    Seed,
    User,
    UserGroup,
    View,
    ViewKind,
)
from localdev.slack.workspace.observer import WorkspaceObserver
from localdev.slack.workspace.read_marks import ReadMarks
from localdev.slack.workspace.response_urls import ResponseUrls
from localdev.slack.workspace.state_file import RecordStore, StateFile
from localdev.slack.workspace.timestamps import TimestampClock
from localdev.slack.workspace.triggers import Triggers
from localdev.slack.workspace.views import Views

SLACKBOT = "USLACKBOT"


class Workspace:
    """The users, channels, messages, views, files, read marks, trigger ids and response urls."""

    def __init__(self, seed: Seed, state: StateFile | None = None) -> None:
        self.team_id, self.domain, self.team_name = seed.team_id, seed.domain, seed.team_name
        self.app: App = seed.app
        self.observer = WorkspaceObserver()
        self.base_url = ""  # set when the server listens
        self.revoked: frozenset[str] = frozenset()  # revoked tokens
        self.changes = ChangeFeed()
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.groups: dict[str, UserGroup] = {}
        # The error of a failed click, shown to the user at the message: (channel, ts, user) -> error.
        self.warnings: dict[tuple[str, str, str], str] = {}
        self._records = RecordStore(state)
        self.triggers = Triggers()
        self.response_urls = ResponseUrls(seed.app.id, self._records)
        self.files = Files(self._records)
        self.read_marks = ReadMarks(self.changes, self._records)
        self.views = Views(seed.team_id, seed.app, self.changes)
        self._messages: dict[str, dict[str, Message]] = {}
        self._replies: dict[tuple[str, str], list[str]] = {}
        self._ts = TimestampClock()
        self._begin(seed)

    def _begin(self, seed: Seed) -> None:
        for user in seed.users:
            self.users[user.id] = user
        for group in seed.groups:
            self.groups[group.id] = group
        for channel in seed.channels:
            self.channels[channel.id] = channel
        for body in self._records.load("channel"):
            channel = Channel.model_validate_json(body)
            self.channels[channel.id] = channel
        for body in self._records.load("user"):
            user = User.model_validate_json(body)
            self.users[user.id] = user
        for body in self._records.load("group"):
            group = UserGroup.model_validate_json(body)
            self.groups[group.id] = group
        for body in self._records.load("view"):
            self.views.restore(View.model_validate_json(body))
        restored = [Message.model_validate_json(body) for body in self._records.load("message")]
        for message in sorted(restored, key=lambda m: m.ts):
            self._index(message)
            self._ts.seen(message.ts)

    # --- people and channels

    def user_named(self, name_or_id: str) -> User | None:
        """Return the user with this id or name."""
        return self.users.get(name_or_id) or next(
            (u for u in self.users.values() if u.name == name_or_id), None
        )

    def channel_named(self, name_or_id: str) -> Channel | None:
        """Return the channel with this id or name, with or without `#`."""
        name = name_or_id.removeprefix("#")
        return self.channels.get(name_or_id) or next(
            (c for c in self.channels.values() if c.name and c.name == name), None
        )

    def direct_message(self, user_id: str) -> Channel:
        """Return the direct message between this user and the app; it is created if needed."""
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
        """Store a channel."""
        self.channels[channel.id] = channel
        self._records.put("channel", channel.id, channel)
        self.changes.notify("channel", channel=channel.id)

    def save_user(self, user: User) -> None:
        """Store a user."""
        self.users[user.id] = user
        self._records.put("user", user.id, user)
        self.changes.notify("user", user=user.id)

    def save_group(self, group: UserGroup) -> None:
        """Store a user group."""
        self.groups[group.id] = group
        self._records.put("group", group.id, group)
        self.changes.notify("group", group=group.id)

    def set_member(self, channel_id: str, user_id: str, *, member: bool) -> None:
        """Add a user, or the app's bot, to a channel, or remove them."""
        channel = self.channels[channel_id]
        others = tuple(m for m in channel.members if m != user_id)
        changed = channel.model_copy(update={"members": (*others, user_id) if member else others})
        self.save_channel(changed)
        if member != (user_id in channel.members):
            self.observer.membership(changed, user_id, joined=member)

    def group_message(self, user_ids: frozenset[str]) -> Channel:
        """Return the group message between these users and the app; it is created if needed."""
        members = {*user_ids, self.app.bot_user_id}
        for channel in self.channels.values():
            if channel.kind is ChannelKind.GROUP and set(channel.members) == members:
                return channel
        names = "--".join(sorted(self.users[one].name for one in members))
        channel = Channel(
            id=f"C{secrets.token_hex(5).upper()}",
            name=f"mpdm-{names}-1",
            kind=ChannelKind.GROUP,
            members=tuple(sorted(members)),
            created=int(time.time()),
        )
        self.save_channel(channel)
        return channel

    def publish_home(self, user: str, body: Json, values: Json) -> View:
        """Replace the user's Home tab."""
        view = self.views.publish(user, body, values)
        self.keep_home(view)
        return view

    def keep_home(self, view: View) -> None:
        """Write a Home tab to the state file. Modals are not written."""
        if view.kind is ViewKind.HOME:
            self._records.put("view", view.user, view)

    # --- messages

    def new_ts(self) -> str:
        """Return a new, unique timestamp."""
        return self._ts.next()

    def message(self, channel: str, ts: str) -> Message | None:
        """Return a message, which may be ephemeral."""
        return self._messages.get(channel, {}).get(ts)

    def messages(self, channel: str, *, newest_first: bool = False) -> Iterator[Message]:
        """Return every message of a channel in order, with replies and ephemeral messages."""
        kept = self._messages.get(channel, {})
        return iter([*reversed(kept.values())] if newest_first else [*kept.values()])

    def replies(self, message: Message) -> list[Message]:
        """Return the replies to a message, oldest first, without ephemeral ones."""
        kept = self._messages.get(message.channel, {})
        listed = [kept[ts] for ts in self._replies.get((message.channel, message.ts), ()) if ts in kept]
        return [reply for reply in listed if reply.visible_to is None]

    def add(self, message: Message) -> Message:
        """Add a message, which must have a new `ts`."""
        self._index(message)
        self._keep(message)
        self._tell_parent(message)
        if message.visible_to is None:
            self.observer.posted(message)
            for file in message.files:
                self.observer.file_shared(message, file)
        return message

    def replace(self, message: Message, **changed: object) -> Message:
        """Change fields of a message."""
        after = message.model_copy(update={"changed_ts": self.new_ts(), **changed})
        self._messages[message.channel][message.ts] = after
        self._keep(after)
        says = {"text", "blocks", "attachments"} & changed.keys()
        if says and after.visible_to is None and after.subtype != "tombstone":
            self.observer.changed(message, after)
        return after

    def react(self, message: Message, user: str, name: str, *, on: bool) -> bool:
        """Add or remove a reaction; return False if there was nothing to change."""
        before = next((one for one in message.reactions if one.name == name), Reaction(name=name, users=()))
        if on == (user in before.users):
            return False
        users = (*before.users, user) if on else tuple(one for one in before.users if one != user)
        after = Reaction(name=name, users=users)
        if any(one.name == name for one in message.reactions):
            reactions = tuple(after if one.name == name else one for one in message.reactions)
        else:
            reactions = (*message.reactions, after)
        self.replace(message, reactions=tuple(one for one in reactions if one.users))
        self.observer.reacted(message, user, name, added=on)
        return True

    def edited_now(self, user: str) -> Edited:
        """Return the `edited` field for an edit by `user` now."""
        return Edited(user=user, ts=self.new_ts())

    def delete(self, message: Message) -> None:
        """Delete a message. One with replies becomes a tombstone, so that its thread stays."""
        if self.replies(message):
            self.replace(
                message,
                subtype="tombstone",
                user=SLACKBOT,
                text="This message was deleted.",
                blocks=(),
                attachments=(),
                metadata=None,
                reactions=(),
                files=(),
                bot_id=None,
                app_id=None,
            )
        else:
            del self._messages[message.channel][message.ts]
            self._records.drop("message", f"{message.channel}/{message.ts}")
            self.changes.notify("message", channel=message.channel, ts=message.ts)
            self._tell_parent(message)
        if message.visible_to is None:
            self.observer.deleted(message)

    def warn(self, channel: str, ts: str, user: str, why: str | None) -> None:
        """Show `user` a warning at a message, or remove the warning if `why` is None."""
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
        if message.visible_to is None:  # as with Slack, ephemeral messages are not stored
            self._records.put("message", f"{message.channel}/{message.ts}", message)
        self.changes.notify("message", channel=message.channel, ts=message.ts)

    def _tell_parent(self, message: Message) -> None:
        """Send a notice for the parent message, which shows the number of its replies."""
        if message.thread_ts and message.thread_ts != message.ts:
            self.changes.notify("message", channel=message.channel, ts=message.thread_ts)


def is_visible_to(message: Message, user: str) -> bool:
    """Return whether `user`, a member of the channel, sees this message."""
    return message.visible_to is None or message.visible_to == user
