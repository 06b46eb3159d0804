"""Checks views (modals and Home tabs) as Slack does, and fills in defaults."""

import json

from localdev.slack.blockkit.objects import plain_text
from localdev.slack.blockkit.schema import Check, anything, boolean, complain, record, string, tagged
from localdev.slack.blockkit.validation import Surface, problems_of, with_defaults
from localdev.slack.errors import SlackError
from localdev.slack.json_values import Json

LARGEST_BYTES = 250_000
_label = plain_text(24)
_common: dict[str, Check] = {
    "private_metadata": string(3000, 0),
    "callback_id": string(255, 0),
    "external_id": string(255, 0),
}
_VIEW = tagged(
    {
        "modal": record(
            {"title": _label, "blocks": anything},
            {
                **_common,
                "submit": _label,
                "close": _label,
                "clear_on_close": boolean,
                "notify_on_close": boolean,
                "submit_disabled": boolean,
            },
        ),
        "home": record({"blocks": anything}, _common),
    }
)
_DEFAULTS: Json = {
    "private_metadata": "",
    "callback_id": "",
    "external_id": "",
    "clear_on_close": False,
    "notify_on_close": False,
    "title": None,
    "close": None,
    "submit": None,
}


def accept_view(view: object) -> Json:
    """Check a view and return it as Slack stores it. Raises `invalid_arguments` or `view_too_large`."""
    if len(json.dumps(view, ensure_ascii=False).encode()) > LARGEST_BYTES:
        raise SlackError("view_too_large")
    given = {k: v for k, v in view.items() if v is not None} if isinstance(view, dict) else view
    found: list[str] = []
    _VIEW(given, "/view", found)
    if isinstance(given, dict) and "blocks" in given:
        surface = Surface.HOME if given.get("type") == "home" else Surface.MODAL
        found += problems_of(given["blocks"], surface, "/view/blocks")
    if not found and isinstance(given, dict):
        _check_submit(given, found)
    if found or not isinstance(given, dict):
        raise SlackError("invalid_arguments", response_metadata={"messages": found})
    texts = {name: {"emoji": True, **given[name]} for name in ("title", "submit", "close") if name in given}
    return {**_DEFAULTS, **given, **texts, "blocks": list(with_defaults(given["blocks"]))}


def _check_submit(view: Json, found: list[str]) -> None:
    has_input = any(block["type"] == "input" for block in view["blocks"])
    if view["type"] == "modal" and has_input and "submit" not in view:
        complain(found, "/view", "missing required field: submit, since there is an input block")
