"""One module for each thing that people can do in Slack."""

from slack_bolt.async_app import AsyncApp

from bot.actors import Actors
from bot.deps import Deps
from bot.listeners import actions, amending, commands, menu, modals
from bot.people import People


def register(app: AsyncApp, deps: Deps) -> None:
    """Register every listener."""
    people = People(deps.slack, deps.identity)
    actors = Actors(deps, people)
    clicks = actions.Clicks(deps, actors)
    actions.register(app, deps, clicks)
    menu.register(app, deps)
    modals.register(app, deps, clicks, actors)
    commands.register(app, deps, people, actors)
    amending.register(app, deps, actors)
