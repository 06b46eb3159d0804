"""Stores response urls, with which an app answers a click or a slash command."""

import secrets
import time
from itertools import count

from localdev.slack.workspace.models import Message, ResponseUrl, ResponseUrlKind
from localdev.slack.workspace.state_file import RecordStore

RESPONSE_URL_SECONDS = 30 * 60


class ResponseUrls:
    """The response urls: five answers within half an hour. They are kept in the state file."""

    _numbers = count(1)

    def __init__(self, app_id: str, records: RecordStore) -> None:
        self._app_id = app_id
        self._records = records
        self._known: dict[str, ResponseUrl] = {}
        for body in records.load("hook"):
            hook = ResponseUrl.model_validate_json(body)
            if hook.expires_at > time.time():
                self._known[hook.id] = hook
            else:
                records.drop("hook", hook.id)

    def find(self, hook_id: str) -> ResponseUrl | None:
        """Return a response url by its id. Expired ones are found for another half hour."""
        return self._known.get(hook_id)

    def new(
        self, kind: ResponseUrlKind, channel: str, user: str, source: Message | None = None
    ) -> ResponseUrl:
        """Return a new response url for an action of `user` in `channel`, at the message `source` if any."""
        hook = ResponseUrl(
            id=f"{time.time_ns() // 1000}{next(self._numbers)}/{secrets.token_urlsafe(18)}",
            kind=kind,
            app_id=self._app_id,
            channel=channel,
            user=user,
            expires_at=time.time() + RESPONSE_URL_SECONDS,
            message_ts=source.ts if source else None,
            is_ephemeral=source is not None and source.visible_to is not None,
            thread_ts=source.thread_ts if source else None,
        )
        self.save(hook)
        self._forget_expired()
        return hook

    def save(self, hook: ResponseUrl) -> None:
        """Store a response url."""
        self._known[hook.id] = hook
        self._records.put("hook", hook.id, hook)

    def _forget_expired(self) -> None:
        """Delete those that expired half an hour ago; until then a late use is answered `expired_url`."""
        while hook := next(iter(self._known.values()), None):
            if hook.expires_at + RESPONSE_URL_SECONDS > time.time():
                return
            del self._known[hook.id]
            self._records.drop("hook", hook.id)
