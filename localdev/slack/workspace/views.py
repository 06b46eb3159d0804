"""Stores each user's stack of modals and Home tab."""

import secrets
import time

from localdev.slack.errors import SlackError
from localdev.slack.json_values import Json
from localdev.slack.workspace.change_feed import ChangeFeed
from localdev.slack.workspace.models import App, View, ViewKind

STACK_LIMIT = 3


class Views:
    """Every open modal and published Home tab."""

    def __init__(self, team_id: str, app: App, changes: ChangeFeed) -> None:
        self._team_id = team_id
        self._app = app
        self._changes = changes
        self._stacks: dict[str, list[View]] = {}
        self._homes: dict[str, View] = {}

    # --- looking

    def stack(self, user: str) -> list[View]:
        """Return the user's modals, the topmost last."""
        return list(self._stacks.get(user, ()))

    def home(self, user: str) -> View | None:
        """Return the user's Home tab; None if none was published."""
        return self._homes.get(user)

    def find(self, view_id: str) -> View | None:
        """Return the open modal or Home tab with that id."""
        return next((view for view in self._all() if view.id == view_id), None)

    def by_external_id(self, external_id: str) -> View | None:
        """Return the view with that `external_id`."""
        return next((view for view in self._all() if view.body.get("external_id") == external_id), None)

    def view_json(self, view: View) -> Json:
        """Return a view as the Web API and payloads have it."""
        return {
            **view.body,
            "id": view.id,
            "team_id": self._team_id,
            "state": {"values": view.values},
            "hash": view.hash,
            "previous_view_id": view.previous,
            "root_view_id": view.root,
            "app_id": self._app.id,
            "app_installed_team_id": self._team_id,
            "bot_id": self._app.bot_id,
        }

    # --- changing

    def open(self, user: str, body: Json, values: Json) -> View:
        """Open a modal as the first of a new stack."""
        self._refuse_taken(body, None)
        view = self._new(ViewKind.MODAL, user, body, values)
        self._stacks[user] = [view]
        return self._changed(view)

    def push(self, onto: View, body: Json, values: Json) -> View:
        """Push a modal onto the stack of `onto`.

        Raises `not_found` if that is closed, or `push_limit_reached`.
        """
        stack = self._stacks.get(onto.user, [])
        if all(view.root != onto.root for view in stack):
            raise SlackError("not_found")
        if len(stack) >= STACK_LIMIT:
            raise SlackError("push_limit_reached")
        self._refuse_taken(body, None)
        view = self._new(ViewKind.MODAL, onto.user, body, values, over=stack[-1])
        stack.append(view)
        return self._changed(view)

    def publish(self, user: str, body: Json, values: Json) -> View:
        """Replace the user's Home tab. Its id stays the same."""
        before = self._homes.get(user)
        self._refuse_taken(body, before)
        if before is None:
            view = self._new(ViewKind.HOME, user, body, values)
        else:
            view = before.model_copy(update={"body": body, "values": values, "hash": _new_hash()})
        self._homes[user] = view
        return self._changed(view)

    def update(self, view: View, body: Json, values: Json) -> View:
        """Replace the body of a view."""
        self._refuse_taken(body, view)
        return self.save(
            view.model_copy(update={"body": body, "values": values, "hash": _new_hash(), "trouble": None})
        )

    def save(self, view: View) -> View:
        """Store a changed view. A modal that was closed meanwhile stays closed."""
        if view.kind is ViewKind.HOME:
            self._homes[view.user] = view
        else:
            stack = self._stacks.get(view.user, [])
            self._stacks[view.user] = [view if one.id == view.id else one for one in stack]
        return self._changed(view)

    def close(self, view: View) -> None:
        """Close a modal and all modals on top of it."""
        stack = self._stacks.get(view.user, [])
        at = next((index for index, one in enumerate(stack) if one.id == view.id), len(stack))
        self._stacks[view.user] = stack[:at]
        self._changed(view)

    def clear(self, user: str) -> list[View]:
        """Close all modals of a user; return them, the topmost first."""
        closed = self._stacks.pop(user, [])
        self._changes.notify("view", user=user)
        return closed[::-1]

    def restore(self, view: View) -> None:
        """Store a Home tab that was read from the state file."""
        self._homes[view.user] = view

    def _all(self) -> list[View]:
        return [*self._homes.values(), *(view for stack in self._stacks.values() for view in stack)]

    def _new(self, kind: ViewKind, user: str, body: Json, values: Json, over: View | None = None) -> View:
        view_id = f"V{secrets.token_hex(5).upper()}"
        return View(
            id=view_id,
            kind=kind,
            user=user,
            body=body,
            values=values,
            hash=_new_hash(),
            root=over.root if over else view_id,
            previous=over.id if over else None,
        )

    def _refuse_taken(self, body: Json, own: View | None) -> None:
        external_id = body.get("external_id")
        taken = self.by_external_id(external_id) if external_id else None
        if taken is not None and (own is None or taken.id != own.id):
            raise SlackError("duplicate_external_id")

    def _changed(self, view: View) -> View:
        self._changes.notify("view", user=view.user)
        return view


def _new_hash() -> str:
    return f"{int(time.time())}.{secrets.token_urlsafe(6)[:8]}"
