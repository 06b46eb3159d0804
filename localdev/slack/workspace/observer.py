"""What the workspace tells whoever makes events of it."""

from localdev.slack.workspace.models import Channel, File, Message


class WorkspaceObserver:
    """Hears of everything that an app could subscribe to; this one does nothing with it."""

    def posted(self, message: Message) -> None:
        """A message is new."""

    def changed(self, before: Message, after: Message) -> None:
        """A message says something else now."""

    def deleted(self, message: Message) -> None:
        """A message is gone, or only its tombstone is left."""

    def reacted(self, message: Message, user: str, name: str, *, added: bool) -> None:
        """A reaction was added or taken away."""

    def membership(self, channel: Channel, user: str, *, joined: bool) -> None:
        """Somebody came into a channel or left it."""

    def channel_changed(self, channel: Channel, what: str, user: str) -> None:
        """A channel was created, archived or unarchived; `what` is that word."""

    def file_shared(self, message: Message, file: File) -> None:
        """A file was shown in a channel."""
