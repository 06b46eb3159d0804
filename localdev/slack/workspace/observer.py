"""The interface through which the workspace reports changes."""

from localdev.slack.workspace.models import Channel, File, Message


class WorkspaceObserver:
    """Is called for every change that an app can subscribe to. This base class ignores the changes."""

    def posted(self, message: Message) -> None:
        """A message was posted."""

    def changed(self, before: Message, after: Message) -> None:
        """The content of a message changed."""

    def deleted(self, message: Message) -> None:
        """A message was deleted, or replaced by a tombstone."""

    def reacted(self, message: Message, user: str, name: str, *, added: bool) -> None:
        """A reaction was added or removed."""

    def membership(self, channel: Channel, user: str, *, joined: bool) -> None:
        """A user joined or left a channel."""

    def channel_changed(self, channel: Channel, what: str, user: str) -> None:
        """A channel was created, archived or unarchived. `what` is `created`, `archive` or `unarchive`."""

    def file_shared(self, message: Message, file: File) -> None:
        """A file was shared in a channel."""
