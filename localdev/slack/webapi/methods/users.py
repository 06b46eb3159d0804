"""The users.* and usergroups.* methods."""

import time

from localdev.slack.errors import SlackError
from localdev.slack.json_values import Json
from localdev.slack.webapi.call import Call
from localdev.slack.webapi.paging import paged
from localdev.slack.workspace.models import User


def user_json(team_id: str, user: User) -> Json:
    """Return the JSON of a user."""
    first, _, last = user.real_name.partition(" ")
    shown: Json = {
        "id": user.id,
        "team_id": user.home_team or team_id,
        "name": user.name,
        "deleted": user.deleted,
        "real_name": user.real_name,
        "tz": user.tz,
        "tz_label": user.tz_label,
        "tz_offset": user.tz_offset,
        "profile": {
            "title": user.title,
            "real_name": user.real_name,
            "real_name_normalized": user.real_name,
            "display_name": user.name,
            "display_name_normalized": user.name,
            "first_name": first,
            "last_name": last,
            "team": user.home_team or team_id,
        },
        "is_admin": user.is_admin,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": user.is_restricted,
        "is_ultra_restricted": user.is_ultra_restricted,
        "is_bot": user.is_bot,
        "is_app_user": False,
        "updated": 1_700_000_000,
    }
    if user.home_team is not None:
        shown["is_stranger"] = True
    if user.email:
        shown["profile"]["email"] = user.email
    if user.bot_id:
        shown["profile"] |= {"bot_id": user.bot_id, "api_app_id": user.app_id}
    return shown


async def list_(call: Call) -> Json:
    """users.list: all users, in pages."""
    everybody = [user_json(call.workspace.team_id, user) for user in call.workspace.users.values()]
    page, next_cursor = paged(call, everybody)
    for shown in page:
        _hide_email(call, shown)
    return {"members": page, "cache_ts": int(time.time()), "response_metadata": {"next_cursor": next_cursor}}


async def lookup_by_email(call: Call) -> Json:
    """users.lookupByEmail: the active user with that address."""
    email = call.args.required("email").lower()
    user = next(
        (u for u in call.workspace.users.values() if u.email.lower() == email and not u.deleted), None
    )
    if user is None:
        raise SlackError("users_not_found")
    return {"user": user_json(call.workspace.team_id, user)}


async def groups(call: Call) -> Json:
    """usergroups.list: all user groups."""
    with_users = call.args.flag("include_users")
    shown = []
    for group in call.workspace.groups.values():
        about: Json = {
            "id": group.id,
            "team_id": call.workspace.team_id,
            "is_usergroup": True,
            "handle": group.handle,
            "name": group.name,
            "description": "",
            "date_delete": 0,
            "user_count": len(group.users),
        }
        shown.append(about | ({"users": list(group.users)} if with_users else {}))
    return {"usergroups": shown}


async def info(call: Call) -> Json:
    """users.info: one user."""
    user = call.workspace.users.get(call.args.required("user"))
    if user is None:
        raise SlackError("user_not_found")
    shown = user_json(call.workspace.team_id, user)
    _hide_email(call, shown)
    return {"user": shown}


def _hide_email(call: Call, shown: Json) -> None:
    """Remove the email address unless the app has the scope for it."""
    if call.app.scopes is not None and "users:read.email" not in call.app.scopes:
        shown["profile"].pop("email", None)


async def group_members(call: Call) -> Json:
    """usergroups.users.list: the members of a user group."""
    group = call.workspace.groups.get(call.args.required("usergroup"))
    if group is None:
        raise SlackError("no_such_subteam")
    active = [u for u in group.users if not call.workspace.users[u].deleted]
    return {"users": list(group.users) if call.args.flag("include_disabled") else active}
