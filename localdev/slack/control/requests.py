"""The bodies of the control API's requests."""

from typing import Literal, Self

from pydantic import Base64Bytes, BaseModel, ConfigDict, Field, model_validator

from localdev.slack.blockkit.element_state import ElementValue, ElementValues
from localdev.slack.socket_mode.frames import DisconnectReason

LONGEST_WAIT_SECONDS = 120.0


class Body(BaseModel):
    """The base class: refuses unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Person(Body):
    """The user who acts."""

    user: str


class Place(Person):
    """The user who acts, in a channel."""

    channel: str


class Message(Place):
    """One message."""

    ts: str


class Where(Person):
    """A message or a view."""

    channel: str | None = None
    ts: str | None = None
    view_id: str | None = None

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.view_id is None) == (self.channel is None or self.ts is None):
            raise ValueError("give either channel and ts, or view_id")
        return self


class Click(Where):
    """Click an element of a message or view, or give it a value."""

    action_id: str
    block_id: str | None = None
    value: ElementValue = None
    state: ElementValues | None = None
    forge: bool = False
    copies: int = Field(default=1, ge=1, le=20)


class Suggest(Where):
    """Type `value` into an external menu."""

    block_id: str
    action_id: str
    value: str


class Command(Place):
    """Run a slash command."""

    text: str = Field(min_length=1, max_length=40_000)
    thread_ts: str | None = None


class Post(Place):
    """Post a message, with files that were uploaded before."""

    text: str = Field(max_length=40_000)
    thread_ts: str | None = None
    reply_broadcast: bool = False
    files: tuple[str, ...] = ()


class Edit(Message):
    """Change the text of the user's own message."""

    text: str = Field(min_length=1, max_length=40_000)


class React(Message):
    """Add or remove a reaction."""

    name: str
    on: bool


class Upload(Person):
    """Upload a file, in base64."""

    filename: str = Field(min_length=1, max_length=255)
    content: Base64Bytes


class Read(Place):
    """Read a channel or a thread."""

    thread_ts: str | None = None
    with_replies: bool = False
    before: str | None = None
    limit: int | None = Field(default=None, ge=1, le=999)


class MarkRead(Place):
    """Mark a channel as read up to `ts`, or to its end."""

    ts: str | None = None


class Wait(Place):
    """Wait `timeout` seconds for a message."""

    contains: str
    ts: str | None = None
    since: str | None = None
    timeout: float = Field(default=10, ge=0, le=LONGEST_WAIT_SECONDS)


class WaitForView(Person):
    """Wait `timeout` seconds for the topmost modal, or the Home tab, to contain a text."""

    contains: str = ""
    type: Literal["modal", "home"] | None = None
    timeout: float = Field(default=10, ge=0, le=LONGEST_WAIT_SECONDS)


class OpenHome(Person):
    """Open the app's Home or Messages tab."""

    tab: Literal["home", "messages"] = "home"


class Submit(Person):
    """Fill in and submit the topmost modal."""

    view_id: str
    state: ElementValues | None = None


class Close(Person):
    """Close the topmost modal, or all modals."""

    view_id: str
    clear: bool = False


class NewChannel(Person):
    """Create a channel."""

    name: str = Field(pattern=r"^[a-z0-9_-]{1,80}$")
    private: bool = False
    topic: str = ""


class Archive(Place):
    """Archive or unarchive a channel."""

    archived: bool


class Membership(Place):
    """Add a user to a channel, or remove them."""

    member: bool


class Account(Person):
    """Change the given fields of an account."""

    deleted: bool | None = None
    is_restricted: bool | None = None
    is_ultra_restricted: bool | None = None
    home_team: str | None = Field(default=None, pattern=r"^T[A-Z0-9]{2,20}$")


class GroupMembership(Person):
    """Add a user to a user group, or remove them."""

    group: str
    member: bool


class Token(Body):
    """Revoke a token, or make it valid again."""

    kind: Literal["bot", "app"]
    revoked: bool


class RateLimiting(Body):
    """Switch rate limits on or off, or multiply every allowance by `scale`."""

    enabled: bool | None = None
    scale: float | None = Field(default=None, gt=0)


class Connections(Body):
    """Wait `timeout` seconds until the app has exactly `n` connections."""

    n: int = Field(ge=0)
    timeout: float = Field(default=10, ge=0, le=LONGEST_WAIT_SECONDS)


class Disconnect(Body):
    """Send a disconnect frame."""

    reason: DisconnectReason


class SocketMode(Body):
    """Switch Socket Mode on or off."""

    enabled: bool


class Nothing(Body):
    """No fields."""
