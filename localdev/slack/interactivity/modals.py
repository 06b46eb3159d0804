"""Submits and closes modals, and opens the app's Home tab."""

import json

from localdev.slack.blockkit.element_state import ElementValues, state_values
from localdev.slack.blockkit.input_rules import input_problems
from localdev.slack.blockkit.views import accept_view
from localdev.slack.errors import ActionRefused, SlackError
from localdev.slack.events.publisher import EventPublisher
from localdev.slack.interactivity import payloads
from localdev.slack.interactivity.delivery import InteractionResult, PayloadDelivery
from localdev.slack.interactivity.interactions import Interactions
from localdev.slack.json_values import Json
from localdev.slack.people import People
from localdev.slack.socket_mode.frames import EnvelopeType
from localdev.slack.workspace.models import ResponseUrlKind, User, View, ViewKind
from localdev.slack.workspace.workspace import Workspace

TROUBLE = "trouble"  # the app's answer to a submission is invalid


class SubmissionResult(InteractionResult):
    """The result of a submission.

    `errors` are messages by block id, from the app or from the client's own checks (then nothing was sent).
    `closed` says whether the view was closed; `why` says why the app's answer is invalid.
    """

    errors: dict[str, str] | None = None
    closed: bool = False
    why: str | None = None


class Modals:
    """The actions of people on their views. Methods raise ActionRefused."""

    def __init__(
        self,
        workspace: Workspace,
        people: People,
        interactions: Interactions,
        delivery: PayloadDelivery,
        events: EventPublisher,
    ) -> None:
        self._workspace = workspace
        self._people = people
        self._interactions = interactions
        self._delivery = delivery
        self._events = events

    def views_of(self, user: str) -> Json:
        """Return the user's modals from bottom to top, and the Home tab."""
        person = self._people.who(user)
        views = self._workspace.views
        stack, home = views.stack(person.id), views.home(person.id)
        return {
            "modals": [views.view_json(view) for view in stack],
            "home": views.view_json(home) if home else None,
            "trouble": stack[-1].trouble if stack else None,
        }

    def find(self, user: str, contains: str, kind: str | None) -> Json | None:
        """Return the topmost modal, or else the Home tab, if the kind matches and the JSON has `contains`."""
        shown = self.views_of(user)
        for view in (*shown["modals"][-1:], shown["home"]):
            says = json.dumps(view, ensure_ascii=False)
            if view is not None and kind in {None, view["type"]} and contains in says:
                return dict(view)
        return None

    def open_home(self, user: str, tab: str) -> None:
        """Open the app's Home or Messages tab. As with Slack, each time an event is sent to the app."""
        person = self._people.who(user)
        if tab == "home" and not self._workspace.app.home_tab:
            raise ActionRefused("The app has no Home tab; its manifest must enable it.", 400)
        self._events.home_opened(person.id, tab)

    async def submit(self, user: str, view_id: str, state: ElementValues | None) -> SubmissionResult:
        """Fill `state` into the topmost modal and submit the modal."""
        person, view = self._interactions.whose_view(user, view_id)
        stack = self._workspace.views.stack(person.id)
        if view.kind is not ViewKind.MODAL or stack[-1].id != view.id:
            raise ActionRefused("Only the modal on top can be submitted.", 400)
        if not view.body.get("submit"):
            raise ActionRefused("This modal has no submit button.", 400)
        values = self._interactions.values(person.id, view.body["blocks"], state, view.values)
        view = self._workspace.views.save(view.model_copy(update={"values": values, "trouble": None}))
        if problems := input_problems(view.body["blocks"], values):
            return SubmissionResult(acked=False, errors=problems)
        payload = payloads.view_submission(self._workspace, person, view, self._response_urls(person, view))
        result, _ = await self._delivery.send(EnvelopeType.INTERACTIVE, payload, 1)
        if result.error is not None:
            return self._troubled(view, result, result.error)
        try:
            return self._follow(view, result)
        except SlackError as refused:
            why = refused.details.get("response_metadata", {"messages": [refused.code]})
            return self._troubled(view, result, TROUBLE, why=str(why))

    async def close(self, user: str, view_id: str, *, clear: bool) -> None:
        """Close the modal, or all modals with `clear` or if the view has `clear_on_close`."""
        person, view = self._interactions.whose_view(user, view_id)
        views = self._workspace.views
        if view.kind is not ViewKind.MODAL:
            raise ActionRefused("A Home tab cannot be closed.", 400)
        clear = clear or bool(view.body.get("clear_on_close"))
        if clear:
            closed = views.clear(person.id)
        else:
            at = next(index for index, one in enumerate(views.stack(person.id)) if one.id == view.id)
            closed = views.stack(person.id)[at:][::-1]
            views.close(view)
        for one in closed:
            if one.body.get("notify_on_close"):
                payload = payloads.view_closed(self._workspace, person, one, is_cleared=clear)
                await self._delivery.send(EnvelopeType.INTERACTIVE, payload, 1)

    # --- the app's answer

    def _follow(self, view: View, result: InteractionResult) -> SubmissionResult:
        answer, views = result.response or {}, self._workspace.views
        action = answer.get("response_action")
        done = SubmissionResult(**result.model_dump(), closed=True)
        match action:
            case None:
                views.close(view)
            case "clear":
                views.clear(view.user)
            case "errors":
                errors = _errors(view, answer.get("errors"))
                return done.model_copy(update={"closed": False, "errors": errors})
            case "update":
                body = _modal(answer.get("view"))
                views.update(view, body, state_values(body["blocks"], before=view.values))
                return done.model_copy(update={"closed": False})
            case "push":
                body = _modal(answer.get("view"))
                views.push(view, body, state_values(body["blocks"]))
                return done.model_copy(update={"closed": False})
            case _:
                raise SlackError(f"unknown response_action {action!r}")
        return done

    def _troubled(
        self, view: View, result: InteractionResult, error: str, why: str | None = None
    ) -> SubmissionResult:
        if now := self._workspace.views.find(view.id):
            self._workspace.views.save(now.model_copy(update={"trouble": error}))
        return SubmissionResult(**{**result.model_dump(), "error": error}, why=why)

    def _response_urls(self, person: User, view: View) -> list[Json]:
        """Return a response url for each channel that was chosen in a menu with `response_url_enabled`."""
        urls = []
        for block in view.body["blocks"]:
            element = block.get("element", {})
            if not element.get("response_url_enabled"):
                continue
            state = view.values.get(block["block_id"], {}).get(element["action_id"], {})
            channel = state.get("selected_conversation") or state.get("selected_channel")
            if channel:
                hook = self._workspace.response_urls.new(ResponseUrlKind.APP, channel, person.id)
                url = payloads.response_url(self._workspace, hook)
                names = {"block_id": block["block_id"], "action_id": element["action_id"]}
                urls.append({**names, "channel_id": channel, "response_url": url})
        return urls


def _modal(body: object) -> Json:
    accepted = accept_view(body)
    if accepted["type"] != ViewKind.MODAL:
        raise SlackError("only a modal can follow a modal")
    return accepted


def _errors(view: View, errors: object) -> dict[str, str]:
    inputs = {block["block_id"] for block in view.body["blocks"] if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors:
        raise SlackError("`errors` must name at least one block")
    if unknown := [block_id for block_id in errors if block_id not in inputs]:
        raise SlackError(f"`errors` names blocks that are no inputs of this view: {unknown}")
    return {block_id: str(what) for block_id, what in errors.items()}
