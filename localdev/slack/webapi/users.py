"""users.* and usergroups.*"""

from localdev.slack.models import User
from localdev.slack.webapi.call import Call
from localdev.slack.wire import Json, SlackError


def user_json(team_id: str, user: User) -> Json:
    """A member as users.info shows them."""
    first, _, last = user.real_name.partition(" ")
    shown: Json = {
        "id": user.id,
        "team_id": team_id,
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
            "team": team_id,
        },
        "is_admin": user.is_admin,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": user.is_restricted,
        "is_ultra_restricted": False,
        "is_bot": user.is_bot,
        "is_app_user": False,
        "updated": 1_700_000_000,
    }
    if user.bot_id:
        shown["profile"] |= {"bot_id": user.bot_id, "api_app_id": user.app_id}
    return shown


async def info(call: Call) -> Json:
    """users.info"""
    user = call.workspace.users.get(call.args.required("user"))
    if user is None:
        raise SlackError("user_not_found")
    return {"user": user_json(call.workspace.team_id, user)}


async def group_members(call: Call) -> Json:
    """usergroups.users.list"""
    group = call.workspace.groups.get(call.args.required("usergroup"))
    if group is None:
        raise SlackError("no_such_subteam")
    active = [u for u in group.users if not call.workspace.users[u].deleted]
    return {"users": list(group.users) if call.args.flag("include_disabled") else active}
