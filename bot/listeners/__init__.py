"""One module for each thing that people can do in Slack."""

from slack_bolt.async_app import AsyncApp

from bot.deps import Deps
from bot.listeners import actions, commands


def register(app: AsyncApp, deps: Deps) -> None:
    """Register every listener."""
    actions.register(app, deps)
    commands.register(app, deps)
