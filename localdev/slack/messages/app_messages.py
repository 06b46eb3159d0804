"""Checks and posts messages of the app: from the Web API, response urls and acks."""

from localdev.slack.blockkit.validation import accept_blocks
from localdev.slack.errors import SlackError
from localdev.slack.json_values import Json
from localdev.slack.workspace.models import File, Message
from localdev.slack.workspace.workspace import Workspace

TEXT_TRUNCATED_AT = 40_000
ATTACHMENTS_LIMIT = 100


def message_content(text: str, blocks: object, attachments: object) -> Json:
    """Check the content of a message and return its fields. Raises SlackError."""
    if attachments is not None and not isinstance(attachments, list):
        raise SlackError("invalid_attachments")
    if attachments and len(attachments) > ATTACHMENTS_LIMIT:
        raise SlackError("too_many_attachments")
    return {
        "text": text[:TEXT_TRUNCATED_AT],
        "blocks": accept_blocks(blocks) if blocks is not None else (),
        "attachments": tuple(attachments or ()),
    }


def post_as_app(
    workspace: Workspace,
    channel: str,
    content: Json,
    *,
    thread_ts: str | None = None,
    reply_broadcast: bool = False,
    metadata: Json | None = None,
    files: tuple[File, ...] = (),
    visible_to: str | None = None,
) -> Message:
    """Post a message as the app's bot; with `visible_to`, as an ephemeral message for that user."""
    return workspace.add(
        Message(
            channel=channel,
            ts=workspace.new_ts(),
            user=workspace.app.bot_user_id,
            bot_id=workspace.app.bot_id,
            app_id=workspace.app.id,
            thread_ts=thread_ts,
            reply_broadcast=reply_broadcast,
            metadata=metadata,
            files=files,
            visible_to=visible_to,
            **content,
        )
    )
