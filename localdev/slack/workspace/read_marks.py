"""Stores how far each user has read each channel, and counts unread messages."""

from collections.abc import Iterable

from localdev.slack.json_values import Json
from localdev.slack.workspace.change_feed import ChangeFeed
from localdev.slack.workspace.models import Channel, ChannelKind, Frozen, Message, UserGroup
from localdev.slack.workspace.state_file import RecordStore

_COUNTED = 100  # counting stops here
_LOUD = ("<!channel>", "<!here>", "<!everyone>")


class _Mark(Frozen):
    user: str
    channel: str
    ts: str


class ReadMarks:
    """The last `ts` that each user has read in each channel, which is kept in the state file."""

    def __init__(self, changes: ChangeFeed, records: RecordStore) -> None:
        self._changes = changes
        self._records = records
        self._marks = {}
        for body in records.load("read"):
            mark = _Mark.model_validate_json(body)
            self._marks[mark.user, mark.channel] = mark.ts

    def mark(self, user: str, channel: str, ts: str) -> None:
        """Mark the channel as read up to `ts`. An earlier `ts` changes nothing."""
        if ts <= self._marks.get((user, channel), ""):
            return
        self._marks[user, channel] = ts
        self._records.put("read", f"{user}/{channel}", _Mark(user=user, channel=channel, ts=ts))
        self._changes.notify("read", user=user, channel=channel)

    def unread(
        self,
        user: str,
        channel: Channel,
        newest_first: Iterable[Message],
        groups: list[UserGroup],
    ) -> Json | None:
        """Return `count`, `mentions` and `first_ts` of the unread messages; None if there are none."""
        last = self._marks.get((user, channel.id), "")
        names = {f"<@{user}>", *_LOUD, *(f"<!subteam^{one.id}" for one in groups if user in one.users)}
        count, mentions, first = 0, 0, None
        for message in newest_first:
            if message.ts <= last or count >= _COUNTED:
                break
            in_thread = message.thread_ts not in {None, message.ts} and not message.reply_broadcast
            if in_thread or message.user == user or message.visible_to is not None:
                continue
            count, first = count + 1, message.ts
            direct = channel.kind in {ChannelKind.DIRECT, ChannelKind.GROUP}
            mentions += direct or any(name in message.text for name in names)
        return {"count": count, "mentions": mentions, "first_ts": first} if count else None
