"""The things a workspace is made of. All frozen: a change is a new value, saved through `Workspace`."""

import re
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from localdev.slack.json_values import Json


class Frozen(BaseModel):
    """A value that never changes and knows all its fields."""

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
    home_team: str | None = None  # of another workspace, with whom a channel is shared
    deleted: bool = False
    app_id: str | None = None
    bot_id: str | None = None


class ChannelKind(StrEnum):
    """Slack's names for the kinds, as in the `types` of conversations.list."""

    PUBLIC = "public_channel"
    PRIVATE = "private_channel"
    GROUP = "mpim"
    DIRECT = "im"


class Channel(Frozen):
    """A conversation; direct messages, also those of a group, have members and no name."""

    id: str
    name: str = ""
    kind: ChannelKind = ChannelKind.PUBLIC
    members: tuple[str, ...] = ()
    topic: str = ""
    is_archived: bool = False
    is_general: bool = False
    created: int = 1_700_000_000


class UserGroup(Frozen):
    """People who are mentioned as one."""

    id: str
    handle: str
    name: str
    users: tuple[str, ...] = ()


class SlashCommand(Frozen):
    """A command that the app registered."""

    command: str
    description: str = ""
    usage_hint: str = ""
    should_escape: bool = False


class App(Frozen):
    """An installed app, as its manifest describes it. `scopes` of None means that scopes are not checked."""

    id: str
    name: str
    bot_user_id: str
    bot_id: str
    bot_token: str
    app_token: str
    commands: tuple[SlashCommand, ...] = ()
    scopes: frozenset[str] | None = None
    events: frozenset[str] = frozenset()  # the bot events that it subscribed to
    interactivity: bool = True
    home_tab: bool = False
    messages_tab: bool = True
    messages_tab_read_only: bool = False


EMOJI_NAME = re.compile(r"[a-z0-9_+'-]{1,100}(::skin-tone-[2-6])?")


class Reaction(Frozen):
    """An emoji under a message, with those who gave it, first one first."""

    name: str
    users: tuple[str, ...]


class File(Frozen):
    """An uploaded file; its bytes are kept apart, under its id."""

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
    """A view on one user's screen: `body` is what the app sent, checked and completed."""

    id: str
    kind: ViewKind
    user: str
    body: Json
    hash: str
    root: str
    previous: str | None = None
    values: Json = {}  # the state of its inputs as last sent: block_id -> action_id -> Slack's state object
    trouble: str | None = None  # why the last submission came to nothing, as its user sees it


class Edited(Frozen):
    """Who changed a message last, and when."""

    user: str
    ts: str


class Message(Frozen):
    """A message as the workspace keeps it. `visible_to` makes it an ephemeral of that one user."""

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
    changed_ts: str | None = None  # when it last changed; Slack itself shows only some changes, as `edited`


class ResponseUrlKind(StrEnum):
    """What a response url answers; a part of its address."""

    ACTIONS = "actions"
    COMMANDS = "commands"
    APP = "app"  # for a channel that was chosen in a modal


class ResponseUrl(Frozen):
    """A `response_url`: who may answer where, how often, until when (seconds since the epoch)."""

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
    """A whole workspace to begin with."""

    team_id: str
    domain: str
    team_name: str
    app: App
    users: tuple[User, ...]
    channels: tuple[Channel, ...]
    groups: tuple[UserGroup, ...] = ()
