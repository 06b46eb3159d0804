"""Bolt listeners: one module for each thing that users can do in Slack. `register` registers them all.

May import every package of the bot except `socket_mode` and `messages`.
"""

from slack_bolt.async_app import AsyncApp

from bot.delivery.decisions import DecisionDelivery
from bot.dependencies import Dependencies
from bot.listeners import amend, card_menu, card_modals, decisions, order_command
from bot.users.actors import ActorLookup
from bot.users.user_info import UserLookup


def register(app: AsyncApp, deps: Dependencies) -> None:
    """Register every listener."""
    users = UserLookup(deps.slack, deps.identity)
    actors = ActorLookup(deps, users)
    delivery = DecisionDelivery(deps, actors)
    decisions.register(app, deps, delivery)
    card_menu.register(app, deps)
    card_modals.register(app, deps, delivery, actors)
    order_command.register(app, deps, users, actors)
    amend.register(app, deps, actors)
