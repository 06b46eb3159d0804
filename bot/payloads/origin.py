"""Whether a payload can be ours: our workspace, our app, our message, about the order that the card shows.

Slack and the socket's token vouch for all of that. It is checked all the same: what it protects is money, and
a token of another app, or a proxy that alters payloads, would otherwise pass unseen.
"""

from bot.ids import ActionId, ButtonValue
from bot.payloads.schemas import CardMessage, Payload, PayloadRefused, read_json
from bot.web_api.identity import Identity

# Not a set: what is looked for in it may be any JSON.
_DECIDING = (ActionId.APPROVE.value, ActionId.CANCEL.value)


def check_origin(payload: Payload, ours: Identity | None) -> None:
    """Raise PayloadRefused unless it comes from the bot's own workspace and is meant for its own app."""
    if ours is None:
        return
    if ours.app_id is not None and payload.api_app_id != ours.app_id:
        raise PayloadRefused(f"it is for app {payload.api_app_id}, and this bot is of {ours.app_id}")
    if ours.team_id is None:
        check_organisation(payload, ours)
        return
    team = payload.team.id if payload.team else None
    if team != ours.team_id:
        raise PayloadRefused(f"it comes from workspace {team}, and this bot belongs to {ours.team_id}")
    if payload.is_enterprise_install:
        raise PayloadRefused("it is for an organisation, and this bot is installed in one workspace")
    home = payload.user.team_id
    # In an Enterprise Grid the home may be another workspace; the look-up of the account tells then.
    if home not in {None, ours.team_id} and payload.enterprise is None:
        raise PayloadRefused(f"its user is of workspace {home}, and this bot belongs to {ours.team_id}")


def check_organisation(payload: Payload, ours: Identity) -> None:
    """The same where the bot is installed for a whole organisation, and hears from all its workspaces."""
    enterprise = payload.enterprise.id if payload.enterprise else None
    if ours.enterprise_id is not None and enterprise != ours.enterprise_id:
        raise PayloadRefused(
            f"it comes from organisation {enterprise}, and this bot is of {ours.enterprise_id}"
        )


def check_poster(bot_id: str | None, ours: Identity | None) -> None:
    """Raise PayloadRefused unless the message or the modal is the bot's own."""
    if ours is not None and ours.bot_id is not None and bot_id != ours.bot_id:
        raise PayloadRefused(f"bot {bot_id} made it, and this bot is {ours.bot_id}")


def check_shown(value: ButtonValue, message: CardMessage) -> None:
    """Raise PayloadRefused unless the clicked value is what the card showed.

    A card that was drawn anew meanwhile shows a later revision, or no buttons: the workflow says so.
    """
    shown = shown_values(message)
    if any((each.subject, each.order_id) != (value.subject, value.order_id) for each in shown):
        raise PayloadRefused(f"a button about {value.order_id} in the card of {shown[0].order_id}")
    if any(each.revision < value.revision for each in shown):
        raise PayloadRefused(f"the button says revision {value.revision}, and the card does not")
    if any(each.revision == value.revision and each != value for each in shown):
        raise PayloadRefused("the button's value is not the one that the card shows")


def shown_values(message: CardMessage) -> list[ButtonValue]:
    """Return what the buttons of a card carry. Raises PayloadRefused for what is not ours."""
    buttons = (each for each in message.elements if each.get("action_id") in _DECIDING)
    return [read_json(ButtonValue, str(each.get("value")), "a button of the card") for each in buttons]
