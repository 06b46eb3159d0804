"""What each request of the control API carries, checked before anything is done."""

from typing import Literal, Self

from pydantic import Base64Bytes, BaseModel, ConfigDict, Field, model_validator

from localdev.slack.blockkit.element_state import ElementValue, ElementValues
from localdev.slack.socket_mode.frames import DisconnectReason

LONGEST_WAIT_SECONDS = 120.0


class Body(BaseModel):
    """A request that has no fields but its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Person(Body):
    """Who acts."""

    user: str


class Place(Person):
    """Who acts, and where."""

    channel: str


class Message(Place):
    """One message."""

    ts: str


class Where(Person):
    """At a message or in a view."""

    channel: str | None = None
    ts: str | None = None
    view_id: str | None = None

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.view_id is None) == (self.channel is None or self.ts is None):
            raise ValueError("give either channel and ts, or view_id")
        return self


class Click(Where):
    """Press an element of a message or view, or give it a value."""

    action_id: str
    block_id: str | None = None
    value: ElementValue = None
    state: ElementValues | None = None
    forge: bool = False
    copies: int = Field(default=1, ge=1, le=20)


class Suggest(Where):
    """Type into an external menu."""

    block_id: str
    action_id: str
    value: str


class Command(Place):
    """A slash command as typed."""

    text: str = Field(min_length=1, max_length=40_000)
    thread_ts: str | None = None


class Post(Place):
    """A message as typed, with files that were uploaded before."""

    text: str = Field(max_length=40_000)
    thread_ts: str | None = None
    reply_broadcast: bool = False
    files: tuple[str, ...] = ()


class Edit(Message):
    """Another text for one's own message."""

    text: str = Field(min_length=1, max_length=40_000)


class React(Message):
    """Give or take an emoji."""

    name: str
    on: bool


class Upload(Person):
    """A file, in base64."""

    filename: str = Field(min_length=1, max_length=255)
    content: Base64Bytes


class Read(Place):
    """Read a channel or a thread."""

    thread_ts: str | None = None
    with_replies: bool = False
    before: str | None = None
    limit: int | None = Field(default=None, ge=1, le=999)


class MarkRead(Place):
    """Seen up to `ts`, or all."""

    ts: str | None = None


class Wait(Place):
    """Wait for a message."""

    contains: str
    ts: str | None = None
    since: str | None = None
    timeout: float = Field(default=10, ge=0, le=LONGEST_WAIT_SECONDS)


class WaitForView(Person):
    """Wait for the topmost modal, or the Home tab, to say something."""

    contains: str = ""
    type: Literal["modal", "home"] | None = None
    timeout: float = Field(default=10, ge=0, le=LONGEST_WAIT_SECONDS)


class OpenHome(Person):
    """Open a tab of the app."""

    tab: Literal["home", "messages"] = "home"


class Submit(Person):
    """Fill in and submit the modal on top."""

    view_id: str
    state: ElementValues | None = None


class Close(Person):
    """Close the modal on top, or all."""

    view_id: str
    clear: bool = False


class NewChannel(Person):
    """A channel to create."""

    name: str = Field(pattern=r"^[a-z0-9_-]{1,80}$")
    private: bool = False
    topic: str = ""


class Archive(Place):
    """Archive a channel, or bring it back."""

    archived: bool


class Membership(Place):
    """Let somebody in, or out."""

    member: bool


class Account(Person):
    """Change what somebody's account is; what is left out stays."""

    deleted: bool | None = None
    is_restricted: bool | None = None
    is_ultra_restricted: bool | None = None
    home_team: str | None = Field(default=None, pattern=r"^T[A-Z0-9]{2,20}$")


class GroupMembership(Person):
    """Put somebody into a user group, or take them out."""

    group: str
    member: bool


class Token(Body):
    """Revoke a token, or bring it back."""

    kind: Literal["bot", "app"]
    revoked: bool


class RateLimiting(Body):
    """Switch rate limits on or off, or scale every allowance."""

    enabled: bool | None = None
    scale: float | None = Field(default=None, gt=0)


class Connections(Body):
    """Wait for as many connections."""

    n: int = Field(ge=0)
    timeout: float = Field(default=10, ge=0, le=LONGEST_WAIT_SECONDS)


class Disconnect(Body):
    """Send a disconnect frame."""

    reason: DisconnectReason


class SocketMode(Body):
    """Switch Socket Mode off or on."""

    enabled: bool


class Nothing(Body):
    """No fields."""
