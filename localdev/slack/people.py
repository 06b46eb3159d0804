"""Acts as the people of the workspace: reads, writes, reacts, uploads, changes channels and accounts."""

import json
import secrets
import uuid

from localdev.slack.errors import ActionRefused
from localdev.slack.json_values import Json
from localdev.slack.messages.mentions import link_mentions
from localdev.slack.messages.message_json import threaded_message_json
from localdev.slack.workspace.models import EMOJI_NAME, Channel, ChannelKind, File, Message, User
from localdev.slack.workspace.workspace import SLACKBOT, Workspace, is_visible_to


class People:
    """The actions of people, who are given by id or name. Methods raise ActionRefused."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    # --- reading

    def messages(
        self,
        user: str,
        channel: str,
        thread_ts: str | None = None,
        *,
        with_replies: bool = False,
        before: str | None = None,
        limit: int | None = None,
    ) -> tuple[list[Json], bool]:
        """Return the messages that `user` sees in a channel or, with `thread_ts`, in a thread, oldest first.

        `with_replies` includes the replies of all threads. `limit` returns only the newest messages, `before`
        only those older than that `ts`. The second value says whether there are still older messages.
        """
        person, place = self.who_where(user, channel)
        shown: list[Message] = []
        for message in self._workspace.messages(place.id, newest_first=True):
            in_thread = message.thread_ts is not None and message.thread_ts != message.ts
            if thread_ts is None:
                wanted = with_replies or not in_thread or message.reply_broadcast
            else:
                wanted = thread_ts in {message.ts, message.thread_ts}
            if (
                not wanted
                or not is_visible_to(message, person.id)
                or (before is not None and message.ts >= before)
            ):
                continue
            if limit is not None and len(shown) == limit:
                return [self.message_for(person.id, one) for one in reversed(shown)], True
            shown.append(message)
        return [self.message_for(person.id, one) for one in reversed(shown)], False

    def message_for(self, user: str, message: Message) -> Json:
        """Return a message with what only people see: whether it is ephemeral, and a warning."""
        shown = {
            **threaded_message_json(self._workspace, message, with_metadata=True),
            "channel": message.channel,
        }
        shown["is_ephemeral"] = message.visible_to is not None
        if warning := self._workspace.warnings.get((message.channel, message.ts, user)):
            shown["warning"] = warning
        return shown

    def message(self, user: str, channel: str, ts: str) -> Json | None:
        """Return a message as `user` sees it; None if it was deleted, or is visible only to somebody else."""
        person, place = self.who_where(user, channel)
        message = self._workspace.message(place.id, ts)
        return self.message_for(person.id, message) if message and is_visible_to(message, person.id) else None

    def find(
        self, user: str, channel: str, contains: str, *, ts: str | None, since: str | None
    ) -> Json | None:
        """Return the newest message or reply that `user` sees and whose text or blocks contain `contains`.

        `ts` looks at one message only; `since` only at messages that were posted or edited after that `ts`.
        """
        person, place = self.who_where(user, channel)
        for message in self._workspace.messages(place.id, newest_first=True):
            if not is_visible_to(message, person.id) or (ts is not None and message.ts != ts):
                continue
            if since is not None and (message.changed_ts or message.ts) <= since:
                continue
            if contains in message.text or contains in json.dumps(message.blocks, ensure_ascii=False):
                return self.message_for(person.id, message)
        return None

    def unread(self, user: str) -> Json:
        """Return what the user has not read yet, by channel id."""
        person, workspace = self.who(user), self._workspace
        found = {}
        for channel in workspace.channels.values():
            if person.id in channel.members:
                newest = workspace.messages(channel.id, newest_first=True)
                groups = list(workspace.groups.values())
                if unread := workspace.read_marks.unread(person.id, channel, newest, groups):
                    found[channel.id] = unread
        return found

    def mark_read(self, user: str, channel: str, ts: str | None) -> None:
        """Mark the channel as read up to `ts`, or to its end."""
        person, place = self.who_where(user, channel)
        newest = next(self._workspace.messages(place.id, newest_first=True), None)
        if newest is not None:
            self._workspace.read_marks.mark(person.id, place.id, min(ts or newest.ts, newest.ts))

    # --- writing

    def post(
        self,
        user: str,
        channel: str,
        text: str,
        thread_ts: str | None = None,
        *,
        reply_broadcast: bool = False,
        files: tuple[str, ...] = (),
    ) -> Message:
        """Post a message as a person. Names and URLs in its text become links, as in Slack's clients."""
        person, place = self.who_where(user, channel)
        if place.is_archived:
            raise ActionRefused(f"{place.name} is archived; nobody can write there.", 403)
        self._check_writable(place)
        if not text.strip() and not files:
            raise ActionRefused("A message needs text or a file.", 400)
        parent = self._workspace.message(place.id, thread_ts) if thread_ts is not None else None
        if thread_ts is not None and parent is None:
            raise ActionRefused(f"There is no message {thread_ts} in {place.id} to reply to.")
        message = self._workspace.add(
            Message(
                channel=place.id,
                ts=self._workspace.new_ts(),
                user=person.id,
                text=link_mentions(self._workspace, text),
                thread_ts=thread_ts,
                reply_broadcast=reply_broadcast and thread_ts is not None,
                files=tuple(self._file(file_id) for file_id in files),
                client_msg_id=str(uuid.uuid4()),
            )
        )
        if thread_ts is None or message.reply_broadcast:
            self._workspace.read_marks.mark(person.id, place.id, message.ts)
        return message

    def edit(self, user: str, channel: str, ts: str, text: str) -> None:
        """Change the text of the user's own message."""
        person, place = self.who_where(user, channel)
        message = self.visible(person, place, ts)
        if message.user != person.id or message.subtype == "tombstone":
            raise ActionRefused(f"{person.name} can edit only their own messages.", 403)
        edited = self._workspace.edited_now(person.id)
        self._workspace.replace(message, text=link_mentions(self._workspace, text), edited=edited)

    def delete(self, user: str, channel: str, ts: str) -> None:
        """Delete a message as its author or as an admin, or dismiss an ephemeral message."""
        person, place = self.who_where(user, channel)
        message = self.visible(person, place, ts)
        if message.user != person.id and message.visible_to is None and not person.is_admin:
            raise ActionRefused(f"{person.name} is not an admin and can delete only their own messages.", 403)
        self._workspace.delete(message)

    def react(self, user: str, channel: str, ts: str, name: str, *, on: bool) -> None:
        """Add or remove the user's reaction. Does nothing if there is nothing to change."""
        person, place = self.who_where(user, channel)
        message = self.visible(person, place, ts)
        if message.visible_to is not None or message.user == SLACKBOT:
            raise ActionRefused("Nobody can react to that message.", 400)
        if not EMOJI_NAME.fullmatch(name):
            raise ActionRefused(f"{name!r} is no emoji name.", 400)
        self._workspace.react(message, person.id, name, on=on)

    def upload(self, user: str, filename: str, content: bytes) -> File:
        """Upload a file, which can then be posted with a message or put into a file input."""
        return self._workspace.files.add(self.who(user).id, filename, content)

    def create_channel(self, user: str, name: str, *, private: bool, topic: str) -> Channel:
        """Create a channel, with the user as its member."""
        person = self.who(user)
        if self._workspace.channel_named(name) is not None:
            raise ActionRefused(f"There is a channel {name} already.", 400)
        channel = Channel(
            id=f"C{secrets.token_hex(5).upper()}",
            name=name,
            kind=ChannelKind.PRIVATE if private else ChannelKind.PUBLIC,
            members=(person.id,),
            topic=topic,
        )
        self._workspace.save_channel(channel)
        self._workspace.observer.channel_changed(channel, "created", person.id)
        return channel

    def archive(self, user: str, channel: str, *, archived: bool) -> None:
        """Archive or unarchive a channel."""
        person, place = self.who_where(user, channel)
        changed = place.model_copy(update={"is_archived": archived})
        self._workspace.save_channel(changed)
        self._workspace.observer.channel_changed(changed, "archive" if archived else "unarchive", person.id)

    def change_account(self, user: str, fields: Json) -> None:
        """Change fields of an account: deactivated, guest, home workspace."""
        self._workspace.save_user(self.who(user).model_copy(update=fields))

    def change_group(self, user: str, group: str, *, member: bool) -> None:
        """Add a user to a user group, or remove them."""
        person, found = self.who(user), self._workspace.groups.get(group)
        if found is None:
            raise ActionRefused(f"There is no user group {group}.")
        others = tuple(each for each in found.users if each != person.id)
        users = (*others, person.id) if member else others
        self._workspace.save_group(found.model_copy(update={"users": users}))

    # --- who, where, what

    def who(self, user: str) -> User:
        """Return the user with that id or name."""
        person = self._workspace.user_named(user)
        if person is None:
            raise ActionRefused(f"There is no user {user}.")
        return person

    def who_where(self, user: str, channel: str) -> tuple[User, Channel]:
        """Return the user and a channel that they are in. The app's name is their direct message with it."""
        person = self.who(user)
        if channel in {self._workspace.app.bot_user_id, self._workspace.app.name}:
            return person, self._workspace.direct_message(person.id)
        place = self._workspace.channel_named(channel)
        if place is None:
            raise ActionRefused(f"There is no channel {channel}.")
        if person.id not in place.members:
            raise ActionRefused(f"{person.name} is not in {place.name or place.id}.", 403)
        return person, place

    def visible(self, person: User, place: Channel, ts: str) -> Message:
        """Return a message that the user sees."""
        message = self._workspace.message(place.id, ts)
        if message is None or not is_visible_to(message, person.id):
            raise ActionRefused(f"{person.name} sees no message {ts} in {place.id}.")
        return message

    def _check_writable(self, place: Channel) -> None:
        app = self._workspace.app
        if place.kind is ChannelKind.DIRECT and (app.messages_tab_read_only or not app.messages_tab):
            raise ActionRefused("Sending messages to this app has been turned off.", 403)

    def _file(self, file_id: str) -> File:
        file = self._workspace.files.known.get(file_id)
        if file is None:
            raise ActionRefused(f"There is no uploaded file {file_id}.", 400)
        return file
