"""What each request of the control API carries, checked before anything is done."""

from pydantic import BaseModel, ConfigDict, Field

from localdev.slack.socket_frames import DisconnectReason

LONGEST_WAIT_SECONDS = 120.0


class Body(BaseModel):
    """A request that has no fields but its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Place(Body):
    """Who acts, and where."""

    user: str
    channel: str


class Click(Place):
    """Press an element of a message."""

    ts: str
    action_id: str
    block_id: str | None = None
    value: str | None = None
    forge: bool = False
    copies: int = Field(default=1, ge=1, le=20)


class Typed(Place):
    """Something typed: a message or a slash command."""

    text: str = Field(min_length=1, max_length=40_000)
    thread_ts: str | None = None


class Read(Place):
    """Read a channel or a thread."""

    thread_ts: str | None = None
    with_replies: bool = False


class Wait(Place):
    """Wait for a message."""

    contains: str
    ts: str | None = None
    since: str | None = None
    timeout: float = Field(default=10, ge=0, le=LONGEST_WAIT_SECONDS)


class Deletion(Place):
    """Delete a message."""

    ts: str


class Membership(Place):
    """Let somebody in, or out."""

    member: bool


class Connections(Body):
    """Wait for as many connections."""

    n: int = Field(ge=0)
    timeout: float = Field(default=10, ge=0, le=LONGEST_WAIT_SECONDS)


class Disconnect(Body):
    """Send a disconnect frame."""

    reason: DisconnectReason
