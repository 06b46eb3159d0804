"""The methods conversations.history and conversations.replies, with pages."""

from localdev.slack.errors import SlackError
from localdev.slack.json_values import Json
from localdev.slack.messages.message_json import threaded_message_json
from localdev.slack.webapi.call import Call
from localdev.slack.webapi.paging import decode_cursor, encode_cursor
from localdev.slack.workspace.models import Message
from localdev.slack.workspace.timestamps import as_microseconds

_DEFAULT, _MOST = 100, 999
_CURSOR_LABEL = "next_ts"


async def history(call: Call) -> Json:
    """conversations.history: newest first.

    As with Slack, `oldest` without `latest` pages forward from there.
    """
    channel = call.joined_channel()
    window = _Window(call)
    forward = window.oldest > 0 and "latest" not in call.args
    listed = [
        m
        for m in call.workspace.messages(channel.id)
        if m.visible_to is None
        and (not m.thread_ts or m.thread_ts == m.ts or m.reply_broadcast)
        and window.holds(m)
    ]
    cursor = _cursor(call)
    if cursor is not None:
        listed = [m for m in listed if (_us(m) > cursor if forward else _us(m) < cursor)]
    limit = _limit(call)
    page = listed[:limit] if forward else listed[-limit:]
    more = len(listed) > len(page)
    edge = (page[-1] if forward else page[0]) if page else None
    with_metadata = call.args.flag("include_all_metadata")
    answer: Json = {
        "messages": [
            threaded_message_json(call.workspace, m, with_metadata=with_metadata) for m in reversed(page)
        ],
        "has_more": more,
        "pin_count": 0,
        "channel_actions_ts": None,
        "channel_actions_count": 0,
    }
    return answer | _next(edge if more else None)


async def replies(call: Call) -> Json:
    """conversations.replies: a thread, oldest first. As with Slack, the parent is on every page."""
    channel = call.joined_channel()
    message = call.workspace.message(channel.id, call.args.required("ts"))
    if message is None or message.visible_to is not None:
        raise SlackError("thread_not_found")
    window, cursor, limit = _Window(call), _cursor(call), _limit(call)
    thread = [m for m in call.workspace.replies(message) if window.holds(m)]
    if cursor is not None:
        thread = [m for m in thread if _us(m) > cursor]
    page = thread[:limit]
    more = len(thread) > len(page)
    with_metadata = call.args.flag("include_all_metadata")
    return {
        "messages": [
            threaded_message_json(call.workspace, m, with_metadata=with_metadata) for m in (message, *page)
        ],
        "has_more": more,
    } | _next(page[-1] if more else None)


class _Window:
    """The `oldest`, `latest` and `inclusive` arguments."""

    def __init__(self, call: Call) -> None:
        self.oldest = self._bound(call, "oldest", 0)
        self.latest = self._bound(call, "latest", 10**18)
        self.inclusive = call.args.flag("inclusive")

    @staticmethod
    def _bound(call: Call, name: str, default: int) -> int:
        text = call.args.text(name)
        if not text:
            return default
        moment = as_microseconds(text)
        if moment is None:
            raise SlackError(f"invalid_ts_{name}")
        return moment

    def holds(self, message: Message) -> bool:
        moment = _us(message)
        if self.inclusive:
            return self.oldest <= moment <= self.latest
        return self.oldest < moment < self.latest


def _us(message: Message) -> int:
    return as_microseconds(message.ts) or 0


def _limit(call: Call) -> int:
    limit = call.args.integer("limit", _DEFAULT)
    if limit < 1:
        raise SlackError("invalid_limit")
    return min(limit, _MOST)


def _cursor(call: Call) -> int | None:
    text = call.args.text("cursor")
    return decode_cursor(_CURSOR_LABEL, text) if text else None


def _next(edge: Message | None) -> Json:
    if edge is None:
        return {"response_metadata": {"next_cursor": ""}}
    return {"response_metadata": {"next_cursor": encode_cursor(_CURSOR_LABEL, _us(edge))}}
