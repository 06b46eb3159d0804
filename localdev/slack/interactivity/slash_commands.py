"""Runs the slash commands that people type."""

from localdev.slack.errors import SlackError
from localdev.slack.interactivity import payloads
from localdev.slack.interactivity.delivery import InteractionResult, PayloadDelivery
from localdev.slack.interactivity.response_url_routes import apply_response
from localdev.slack.messages.app_messages import post_as_app
from localdev.slack.messages.mentions import link_mentions
from localdev.slack.people import People
from localdev.slack.socket_mode.frames import EnvelopeType
from localdev.slack.workspace.models import Channel, ResponseUrlKind, User
from localdev.slack.workspace.workspace import SLACKBOT, Workspace


class SlashCommands:
    """Sends slash commands to the app, and shows people the answers."""

    def __init__(self, workspace: Workspace, people: People, delivery: PayloadDelivery) -> None:
        self._workspace = workspace
        self._people = people
        self._delivery = delivery

    async def run(
        self, user: str, channel: str, text: str, thread_ts: str | None = None
    ) -> InteractionResult:
        """Run a slash command as typed, such as `/order help`. Unknown commands are not sent to the app."""
        person, place = self._people.who_where(user, channel)
        name, _, rest = text.strip().partition(" ")
        registered = {command.command: command for command in self._workspace.app.commands}
        if thread_ts is not None:
            return self._say(place, person, f"{name} is not supported in threads. Sorry!", "not_in_thread")
        if name not in registered:
            return self._say(place, person, f"{name} is not a valid command.", "unknown_command")
        hook = self._workspace.response_urls.new(ResponseUrlKind.COMMANDS, place.id, person.id)
        words = (
            link_mentions(self._workspace, rest.strip()) if registered[name].should_escape else rest.strip()
        )
        payload = payloads.slash_command(
            self._workspace,
            person,
            place,
            command=name,
            text=words,
            response_url=payloads.response_url(self._workspace, hook),
        )
        result, ack = await self._delivery.send(EnvelopeType.SLASH_COMMANDS, payload, 1)
        error = result.error
        if ack is not None and ack.payload:
            try:
                apply_response(self._workspace, hook, ack.payload)
            except SlackError as refused:
                error = refused.code
        if error is not None:
            return self._say(place, person, f'{name} failed with the error "{error}"', error, result)
        return result

    def _say(
        self, place: Channel, person: User, text: str, error: str, result: InteractionResult | None = None
    ) -> InteractionResult:
        """Show the person an ephemeral message of Slackbot that says why the command failed."""
        said = post_as_app(self._workspace, place.id, {"text": text}, visible_to=person.id)
        self._workspace.replace(said, user=SLACKBOT, bot_id=None, app_id=None)
        ids = result.envelope_ids if result else ()
        return InteractionResult(acked=result.acked if result else False, error=error, envelope_ids=ids)
