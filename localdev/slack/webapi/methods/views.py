"""The views.* methods: modals and the Home tab."""

from localdev.slack.blockkit.element_state import state_values
from localdev.slack.blockkit.views import accept_view
from localdev.slack.errors import SlackError, invalid_arguments
from localdev.slack.json_values import Json
from localdev.slack.webapi.call import Call
from localdev.slack.workspace.models import View, ViewKind
from localdev.slack.workspace.triggers import Trigger


async def open_(call: Call) -> Json:
    """views.open: open a modal for the user of the trigger id."""
    body = _body(call, ViewKind.MODAL)
    trigger = _trigger(call)
    return _shown(call, call.workspace.views.open(trigger.user, body, state_values(body["blocks"])))


async def push(call: Call) -> Json:
    """views.push: push a modal onto the one in which the trigger id was made."""
    body = _body(call, ViewKind.MODAL)
    trigger = _trigger(call)
    onto = call.workspace.views.find(trigger.view_id) if trigger.view_id else None
    if onto is None or onto.kind is not ViewKind.MODAL:
        raise SlackError("not_found")
    return _shown(call, call.workspace.views.push(onto, body, state_values(body["blocks"])))


async def update(call: Call) -> Json:
    """views.update: replace an open view. Inputs with the same ids keep their values."""
    view_id, external_id = call.args.text("view_id"), call.args.text("external_id")
    if bool(view_id) == bool(external_id):
        raise invalid_arguments("exactly one of view_id and external_id is required [json-pointer:/view_id]")
    views = call.workspace.views
    view = views.find(view_id) if view_id else views.by_external_id(str(external_id))
    if view is None:
        raise SlackError("not_found")
    body = _body(call, view.kind)
    _check_hash(call, view)
    after = views.update(view, body, state_values(body["blocks"], before=view.values))
    call.workspace.keep_home(after)
    return _shown(call, after)


async def publish(call: Call) -> Json:
    """views.publish: replace a user's Home tab."""
    user = call.workspace.users.get(call.args.required("user_id"))
    if user is None or user.is_bot:
        raise invalid_arguments("invalid user_id [json-pointer:/user_id]")
    if not call.app.home_tab:
        raise SlackError("not_enabled")
    body = _body(call, ViewKind.HOME)
    before = call.workspace.views.home(user.id)
    if before is not None:
        _check_hash(call, before)
    values = state_values(body["blocks"], before=before.values if before else None)
    return _shown(call, call.workspace.publish_home(user.id, body, values))


def _body(call: Call, kind: ViewKind) -> Json:
    given = call.args.structure("view", "invalid_arguments")
    if given is None:
        raise invalid_arguments("missing required field: view [json-pointer:/view]")
    body = accept_view(given)
    if body["type"] != kind:
        raise invalid_arguments(f"must be a {kind} view [json-pointer:/view/type]")
    return body


def _trigger(call: Call) -> Trigger:
    name = call.args.text("trigger_id") or call.args.text("interactivity_pointer")
    if not name:
        raise invalid_arguments("missing required field: trigger_id [json-pointer:/trigger_id]")
    return call.workspace.triggers.use(name)


def _check_hash(call: Call, view: View) -> None:
    given = call.args.text("hash")
    if given and given != view.hash:
        raise SlackError("hash_conflict")


def _shown(call: Call, view: View) -> Json:
    return {"view": call.workspace.views.view_json(view)}
