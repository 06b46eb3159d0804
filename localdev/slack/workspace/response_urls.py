"""Short-lived grants: trigger ids, which open a view, and response urls, which answer a click or command."""

import secrets
import time
from itertools import count

from localdev.slack.workspace.models import Message, ResponseUrl, ResponseUrlKind
from localdev.slack.workspace.state_file import RecordStore

RESPONSE_URL_SECONDS = 30 * 60


class ResponseUrls:
    """Response urls: five answers within half an hour; they outlive the process."""

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
        """A response url, expired ones for a while too."""
        return self._known.get(hook_id)

    def new(
        self, kind: ResponseUrlKind, channel: str, user: str, source: Message | None = None
    ) -> ResponseUrl:
        """A response url for what `user` just did in `channel`, at the message `source` if there is one."""
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
        """Add or replace a response url."""
        self._known[hook.id] = hook
        self._records.put("hook", hook.id, hook)

    def _forget_expired(self) -> None:
        """Only long after they expired: a late use is still told `expired_url`. The oldest come first."""
        while hook := next(iter(self._known.values()), None):
            if hook.expires_at + RESPONSE_URL_SECONDS > time.time():
                return
            del self._known[hook.id]
            self._records.drop("hook", hook.id)
