"""The data of a workspace: users, channels, messages, views.

All are frozen; `Workspace` stores new values.
"""

import re
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from localdev.slack.json_values import Json


class Frozen(BaseModel):
    """The base class: immutable, and refuses unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class User(Frozen):
    """A member of the workspace: a person or an app's bot user."""

    id: str
    name: str
    real_name: str
    title: str = ""
    email: str = ""
    tz: str = "Europe/London"
    tz_label: str = "Greenwich Mean Time"
    tz_offset: int = 0
    is_admin: bool = False
    is_bot: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    home_team: str | None = None  # the other workspace that this user belongs to (Slack Connect)
    deleted: bool = False
    app_id: str | None = None
    bot_id: str | None = None


class ChannelKind(StrEnum):
    """The kinds of conversations, by their names in the `types` of conversations.list."""

    PUBLIC = "public_channel"
    PRIVATE = "private_channel"
    GROUP = "mpim"
    DIRECT = "im"


class Channel(Frozen):
    """A conversation. Direct messages have members and no name."""

    id: str
    name: str = ""
    kind: ChannelKind = ChannelKind.PUBLIC
    members: tuple[str, ...] = ()
    topic: str = ""
    is_archived: bool = False
    is_general: bool = False
    created: int = 1_700_000_000


class UserGroup(Frozen):
    """A user group, which can be mentioned like a user."""

    id: str
    handle: str
    name: str
    users: tuple[str, ...] = ()


class SlashCommand(Frozen):
    """A slash command of the app."""

    command: str
    description: str = ""
    usage_hint: str = ""
    should_escape: bool = False


class App(Frozen):
    """The installed app. Scopes are not checked if `scopes` is None."""

    id: str
    name: str
    bot_user_id: str
    bot_id: str
    bot_token: str
    app_token: str
    commands: tuple[SlashCommand, ...] = ()
    scopes: frozenset[str] | None = None
    events: frozenset[str] = frozenset()  # the bot events that the app subscribed to
    interactivity: bool = True
    home_tab: bool = False
    messages_tab: bool = True
    messages_tab_read_only: bool = False


EMOJI_NAME = re.compile(r"[a-z0-9_+'-]{1,100}(::skin-tone-[2-6])?")


class Reaction(Frozen):
    """An emoji under a message, with its users in the order in which they added it."""

    name: str
    users: tuple[str, ...]


class File(Frozen):
    """An uploaded file. Its bytes are stored separately, under its id."""

    id: str
    name: str
    title: str
    mimetype: str
    filetype: str
    size: int
    user: str
    created: int
    alt_text: str = ""


class ViewKind(StrEnum):
    """The `type` of a view."""

    MODAL = "modal"
    HOME = "home"


class View(Frozen):
    """A modal or Home tab of one user. `body` is the view that the app sent, with defaults filled in."""

    id: str
    kind: ViewKind
    user: str
    body: Json
    hash: str
    root: str
    previous: str | None = None
    values: Json = {}  # the last sent `state.values`: block_id -> action_id -> state
    trouble: str | None = None  # the error of the last submission, shown to the user


class Edited(Frozen):
    """The last edit of a message."""

    user: str
    ts: str


class Message(Frozen):
    """A message. With `visible_to` it is an ephemeral message that only this user sees."""

    channel: str
    ts: str
    user: str
    text: str = ""
    subtype: str | None = None
    bot_id: str | None = None
    app_id: str | None = None
    blocks: tuple[Json, ...] = ()
    attachments: tuple[Json, ...] = ()
    metadata: Json | None = None
    reactions: tuple[Reaction, ...] = ()
    files: tuple[File, ...] = ()
    thread_ts: str | None = None
    reply_broadcast: bool = False
    edited: Edited | None = None
    client_msg_id: str | None = None
    visible_to: str | None = None
    changed_ts: str | None = None  # the last change; `edited` has only those that Slack shows


class ResponseUrlKind(StrEnum):
    """What a response url belongs to; also a part of its path."""

    ACTIONS = "actions"
    COMMANDS = "commands"
    APP = "app"  # a channel that was chosen in a modal


class ResponseUrl(Frozen):
    """A `response_url`: its channel and user, its remaining uses, and its end in seconds since the epoch."""

    id: str
    kind: ResponseUrlKind
    app_id: str
    channel: str
    user: str
    expires_at: float
    uses_left: int = 5
    message_ts: str | None = None
    is_ephemeral: bool = False
    thread_ts: str | None = None


class Seed(Frozen):
    """The first state of a workspace."""

    team_id: str
    domain: str
    team_name: str
    app: App
    users: tuple[User, ...]
    channels: tuple[Channel, ...]
    groups: tuple[UserGroup, ...] = ()
