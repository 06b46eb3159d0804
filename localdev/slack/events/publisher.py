"""Turns changes of the workspace into events of the Events API."""

import secrets
import time

from localdev.slack.events.delivery import EventDelivery
from localdev.slack.events.event_types import SCOPE_OF_EVENT
from localdev.slack.json_values import Json
from localdev.slack.messages.message_json import message_json
from localdev.slack.socket_mode.frames import VERIFICATION_TOKEN
from localdev.slack.workspace.models import Channel, ChannelKind, File, Message
from localdev.slack.workspace.observer import WorkspaceObserver
from localdev.slack.workspace.workspace import Workspace

_KINDS = {
    ChannelKind.PUBLIC: ("channels", "channel"),
    ChannelKind.PRIVATE: ("groups", "group"),
    ChannelKind.GROUP: ("mpim", "mpim"),
    ChannelKind.DIRECT: ("im", "im"),
}


class EventPublisher(WorkspaceObserver):
    """Sends the app the events that it subscribed to, may read, and is in the channel for."""

    def __init__(self, workspace: Workspace, delivery: EventDelivery) -> None:
        self._workspace = workspace
        self._delivery = delivery

    # --- changes of the workspace

    def posted(self, message: Message) -> None:
        """Send `message` and, if the app is mentioned, `app_mention`."""
        place = self._workspace.channels[message.channel]
        if message.thread_ts and message.thread_ts != message.ts:
            parent = self._workspace.message(message.channel, message.thread_ts)
            extra: Json = {"parent_user_id": parent.user if parent else None}
        else:
            extra = {}
        self._message(place, {**message_json(self._workspace, message), **extra}, message.ts)
        mentioned = f"<@{self._workspace.app.bot_user_id}>" in message.text
        if mentioned and message.bot_id is None and place.kind is not ChannelKind.DIRECT:
            event = {**message_json(self._workspace, message), "type": "app_mention", "channel": place.id}
            self._happened("app_mention", event, place, ts=message.ts)

    def changed(self, before: Message, after: Message) -> None:
        """Send `message` with subtype `message_changed`."""
        place = self._workspace.channels[after.channel]
        changed = {
            "subtype": "message_changed",
            "message": message_json(self._workspace, after),
            "previous_message": message_json(self._workspace, before),
            "hidden": True,
        }
        self._message(place, changed, after.changed_ts or after.ts)

    def deleted(self, message: Message) -> None:
        """Send `message` with subtype `message_deleted`."""
        place = self._workspace.channels[message.channel]
        gone = message_json(self._workspace, message)
        deleted: Json = {"subtype": "message_deleted", "previous_message": gone, "deleted_ts": message.ts}
        self._message(place, {**deleted, "hidden": True}, self._workspace.new_ts())

    def reacted(self, message: Message, user: str, name: str, *, added: bool) -> None:
        """Send `reaction_added` or `reaction_removed`."""
        event: Json = {
            "user": user,
            "reaction": name,
            "item": {"type": "message", "channel": message.channel, "ts": message.ts},
            "item_user": message.user,
        }
        kind = "reaction_added" if added else "reaction_removed"
        self._happened(kind, {"type": kind, **event}, self._workspace.channels[message.channel])

    def membership(self, channel: Channel, user: str, *, joined: bool) -> None:
        """Send `member_joined_channel` or `member_left_channel`."""
        kind = "member_joined_channel" if joined else "member_left_channel"
        letter = "C" if channel.kind is ChannelKind.PUBLIC else "G"
        event: Json = {"type": kind, "user": user, "channel": channel.id, "channel_type": letter}
        scope = "channels:read" if channel.kind is ChannelKind.PUBLIC else "groups:read"
        self._happened(kind, {**event, "team": self._workspace.team_id}, channel, scope=scope)

    def channel_changed(self, channel: Channel, what: str, user: str) -> None:
        """Send `channel_created`, `channel_archive` or `channel_unarchive` for a public channel."""
        if channel.kind is not ChannelKind.PUBLIC:
            return
        kind = f"channel_{what}"
        if what == "created":
            shown: object = {
                "id": channel.id,
                "name": channel.name,
                "created": channel.created,
                "creator": user,
            }
            self._happened(kind, {"type": kind, "channel": shown}, None)
        else:
            self._happened(kind, {"type": kind, "channel": channel.id, "user": user}, None)

    def file_shared(self, message: Message, file: File) -> None:
        """Send `file_shared`."""
        event: Json = {"type": "file_shared", "file_id": file.id, "user_id": message.user}
        event |= {"file": {"id": file.id}, "channel_id": message.channel}
        self._happened("file_shared", event, self._workspace.channels[message.channel])

    def home_opened(self, user: str, tab: str) -> None:
        """Send `app_home_opened`, with the `view` if a Home tab was published."""
        channel = self._workspace.direct_message(user)
        event: Json = {"type": "app_home_opened", "user": user, "channel": channel.id, "tab": tab}
        home = self._workspace.views.home(user)
        if tab == "home" and home is not None:
            event["view"] = self._workspace.views.view_json(home)
        self._happened("app_home_opened", event, channel)

    # --- sending

    def _message(self, place: Channel, fields: Json, ts: str) -> None:
        plural, kind = _KINDS[place.kind]
        event = {**fields, "type": "message", "channel": place.id, "channel_type": kind, "ts": ts}
        if "subtype" not in fields:
            event["team"] = self._workspace.team_id
        self._happened(f"message.{plural}", event, place, ts=ts)

    def _happened(
        self,
        name: str,
        event: Json,
        place: Channel | None,
        *,
        ts: str | None = None,
        scope: str | None = None,
    ) -> None:
        app = self._workspace.app
        scope = scope or SCOPE_OF_EVENT.get(name)
        if name not in app.events or (place is not None and app.bot_user_id not in place.members):
            return
        if scope is not None and app.scopes is not None and scope not in app.scopes:
            return
        payload: Json = {
            "token": VERIFICATION_TOKEN,
            "team_id": self._workspace.team_id,
            "api_app_id": app.id,
            "event": {**event, "event_ts": ts or self._workspace.new_ts()},
            "type": "event_callback",
            "event_id": f"Ev{secrets.token_hex(5).upper()}",
            "event_time": int(time.time()),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": self._workspace.team_id,
                    "user_id": app.bot_user_id,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": False,
            "event_context": f"4-{secrets.token_urlsafe(24)}",
        }
        self._delivery.start(payload)
