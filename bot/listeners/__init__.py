"""One module for each thing that people can do in Slack."""

from slack_bolt.async_app import AsyncApp

from bot.dependencies import Dependencies
from bot.listeners import amend, card_menu, decisions, modals, order_command
from bot.listeners.actors import ActorLookup
from bot.web_api.users import UserLookup


def register(app: AsyncApp, deps: Dependencies) -> None:
    """Register every listener."""
    people = UserLookup(deps.slack, deps.identity)
    actors = ActorLookup(deps, people)
    clicks = decisions.Decisions(deps, actors)
    decisions.register(app, deps, clicks)
    card_menu.register(app, deps)
    modals.register(app, deps, clicks, actors)
    order_command.register(app, deps, people, actors)
    amend.register(app, deps, actors)
