"""Checks that a payload comes from our workspace, for our app, and from a message that our bot posted.

Slack and the socket's token already vouch for this. The checks remain because the payloads move money: an
app token of another app, or a proxy that alters payloads, would otherwise go unnoticed.
"""

from bot.ids import ActionId, ButtonValue
from bot.payloads.schemas import CardMessage, Payload, PayloadRefused, read_json
from bot.web_api.identity import Identity

# A tuple and not a set, since the value looked up in it can be any JSON, which may not be hashable.
_DECISION_ACTIONS = (ActionId.APPROVE.value, ActionId.CANCEL.value)


def check_origin(payload: Payload, identity: Identity | None) -> None:
    """Raise PayloadRefused unless the payload comes from the bot's workspace and is meant for its app."""
    if identity is None:
        return
    if identity.app_id is not None and payload.api_app_id != identity.app_id:
        raise PayloadRefused(f"it is for app {payload.api_app_id}, and this bot is of {identity.app_id}")
    if identity.team_id is None:
        check_organisation(payload, identity)
        return
    team = payload.team.id if payload.team else None
    if team != identity.team_id:
        raise PayloadRefused(f"it comes from workspace {team}, and this bot belongs to {identity.team_id}")
    if payload.is_enterprise_install:
        raise PayloadRefused("it is for an organisation, and this bot is installed in one workspace")
    home = payload.user.team_id
    # In an Enterprise Grid the user's home may be another workspace; the account look-up judges that.
    if home not in {None, identity.team_id} and payload.enterprise is None:
        raise PayloadRefused(f"its user is of workspace {home}, and this bot belongs to {identity.team_id}")


def check_organisation(payload: Payload, identity: Identity) -> None:
    """Raise PayloadRefused unless the payload comes from the organisation that the bot is installed for."""
    enterprise = payload.enterprise.id if payload.enterprise else None
    if identity.enterprise_id is not None and enterprise != identity.enterprise_id:
        raise PayloadRefused(
            f"it comes from organisation {enterprise}, and this bot is of {identity.enterprise_id}"
        )


def check_poster(bot_id: str | None, identity: Identity | None) -> None:
    """Raise PayloadRefused unless this bot posted the message or opened the modal."""
    if identity is not None and identity.bot_id is not None and bot_id != identity.bot_id:
        raise PayloadRefused(f"bot {bot_id} made it, and this bot is {identity.bot_id}")


def check_message(value: ButtonValue, message: CardMessage) -> None:
    """Raise PayloadRefused unless the clicked value is one that the card's message shows.

    A card that was updated after the click shows a later revision, or no buttons. That is not refused here:
    the workflow answers such a click.
    """
    shown = button_values(message)
    if any((each.subject, each.order_id) != (value.subject, value.order_id) for each in shown):
        raise PayloadRefused(f"a button about {value.order_id} in the card of {shown[0].order_id}")
    if any(each.revision < value.revision for each in shown):
        raise PayloadRefused(f"the button says revision {value.revision}, and the card does not")
    if any(each.revision == value.revision and each != value for each in shown):
        raise PayloadRefused("the button's value is not the one that the card shows")


def button_values(message: CardMessage) -> list[ButtonValue]:
    """Return the values of a card's Approve and Cancel buttons. Raises PayloadRefused if one is malformed."""
    buttons = (each for each in message.elements if each.get("action_id") in _DECISION_ACTIONS)
    return [read_json(ButtonValue, str(each.get("value")), "a button of the card") for each in buttons]
