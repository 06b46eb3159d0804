"""One module for each thing that people can do in Slack."""

from slack_bolt.async_app import AsyncApp

from bot.actors import Actors
from bot.deps import Deps
from bot.listeners import actions, amending, commands, menu, modals


def register(app: AsyncApp, deps: Deps) -> None:
    """Register every listener."""
    actors = Actors(deps)
    clicks = actions.Clicks(deps, actors)
    actions.register(app, deps, clicks)
    menu.register(app, deps)
    modals.register(app, deps, clicks, actors)
    commands.register(app, deps)
    amending.register(app, deps)
