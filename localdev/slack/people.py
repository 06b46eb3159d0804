"""What people do in the workspace: read, write, click, type a command. Page and tests act through this."""

import json
import uuid
from copy import deepcopy

from localdev.slack import payloads
from localdev.slack.clock import TsClock
from localdev.slack.hooks import answer_with
from localdev.slack.models import Channel, Frozen, HookKind, Message, ResponseHook, User
from localdev.slack.socket_frames import EnvelopeType
from localdev.slack.socket_mode import Ack, SocketHub
from localdev.slack.webapi.chat import ephemeral
from localdev.slack.webapi.history import with_thread
from localdev.slack.wire import Json, SlackError
from localdev.slack.workspace import SLACKBOT, Workspace, sees

DISPATCH_FAILED = "dispatch_failed"  # no connection to send it to
TIMED_OUT = "operation_timeout"  # nobody acked within three seconds


class Refused(Exception):
    """A person cannot do that; `status` is HTTP's word for why."""

    def __init__(self, why: str, status: int = 404) -> None:
        super().__init__(why)
        self.status = status


class InteractionResult(Frozen):
    """What the acting person saw come back: acked or an error; `response` is the payload of the ack."""

    acked: bool
    error: str | None = None
    response: Json | None = None
    envelope_ids: tuple[str, ...] = ()


class People:
    """Acts as any of the workspace's people."""

    def __init__(self, workspace: Workspace, sockets: SocketHub) -> None:
        self._workspace = workspace
        self._sockets = sockets

    # --- reading and writing

    def messages(
        self, user: str, channel: str, thread_ts: str | None = None, *, with_replies: bool = False
    ) -> list[Json]:
        """What `user` sees in a channel, oldest first; with `thread_ts` that thread, its parent first.

        `with_replies` lists the replies of all threads among the rest.
        """
        person, place = self._who_where(user, channel)
        shown = []
        for message in self._workspace.messages(place.id):
            in_thread = message.thread_ts is not None and message.thread_ts != message.ts
            if thread_ts is None:
                wanted = with_replies or not in_thread or message.reply_broadcast
            else:
                wanted = thread_ts in {message.ts, message.thread_ts}
            if wanted and sees(message, person.id):
                shown.append(self.shown(person.id, message))
        return shown

    def shown(self, user: str, message: Message) -> Json:
        """One message with what only people see: ephemeral mark and warning triangle."""
        shown = {**with_thread(self._workspace, message, with_metadata=True), "channel": message.channel}
        shown["is_ephemeral"] = message.visible_to is not None
        if warning := self._workspace.warnings.get((message.channel, message.ts, user)):
            shown["warning"] = warning
        return shown

    def find(
        self, user: str, channel: str, contains: str, *, ts: str | None, since: str | None
    ) -> Json | None:
        """The newest message that `user` sees whose text or blocks contain `contains`, replies too.

        `since` leaves out what was neither posted nor edited after that `ts`.
        """
        person, place = self._who_where(user, channel)
        for message in self._workspace.messages(place.id, newest_first=True):
            if not sees(message, person.id) or (ts is not None and message.ts != ts):
                continue
            if since is not None and (message.changed_ts or message.ts) <= since:
                continue
            if contains in message.text or contains in json.dumps(message.blocks, ensure_ascii=False):
                return self.shown(person.id, message)
        return None

    def post(self, user: str, channel: str, text: str, thread_ts: str | None = None) -> Message:
        """A person's own message; typed `&`, `<` and `>` are escaped, as Slack's clients do."""
        person, place = self._who_where(user, channel)
        escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        if thread_ts is not None and self._workspace.message(place.id, thread_ts) is None:
            raise Refused(f"There is no message {thread_ts} in {place.id} to reply to.")
        return self._workspace.add(
            Message(
                channel=place.id,
                ts=self._workspace.new_ts(),
                user=person.id,
                text=escaped,
                thread_ts=thread_ts,
                client_msg_id=str(uuid.uuid4()),
            )
        )

    def delete(self, user: str, channel: str, ts: str) -> None:
        """Delete a message as its author, or any message as an admin; an ephemeral is only dismissed."""
        person, place = self._who_where(user, channel)
        message = self._workspace.message(place.id, ts)
        if message is None or not sees(message, person.id):
            raise Refused(f"There is no message {ts} in {place.id}.")
        if message.user != person.id and message.visible_to is None and not person.is_admin:
            raise Refused(f"{person.name} is not an admin and can delete only their own messages.", 403)
        self._workspace.delete(message)

    # --- clicking

    async def click(
        self,
        user: str,
        channel: str,
        ts: str,
        action_id: str,
        *,
        block_id: str | None = None,
        value: str | None = None,
        forge: bool = False,
        copies: int = 1,
    ) -> InteractionResult:
        """Press a button, or choose the option with `value` of an overflow or select menu.

        `forge` sends `action_id`, `block_id` and `value` whatever the message holds. `copies` sends the same
        payload in as many envelopes.
        """
        person, place = self._who_where(user, channel)
        message = self._workspace.message(place.id, ts)
        if message is None or not sees(message, person.id):
            raise Refused(f"{person.name} sees no message {ts} in {place.id}.")
        if forge:
            action = _forged(action_id, block_id, value)
        else:
            action = _action(message, action_id, block_id, value)
        self._workspace.warn(place.id, ts, person.id, None)
        hook = self._workspace.new_hook(HookKind.ACTIONS, place.id, person.id, message)
        payload = payloads.message_action(
            self._workspace, person, place, message, action=action, response_url=self._address(hook)
        )
        result, _ = await self._deliver(EnvelopeType.INTERACTIVE, payload, copies)
        if result.error is not None:
            self._workspace.warn(place.id, ts, person.id, result.error)
        return result

    async def command(
        self, user: str, channel: str, text: str, thread_ts: str | None = None
    ) -> InteractionResult:
        """Type a slash command. An unknown one never leaves Slack."""
        person, place = self._who_where(user, channel)
        name, _, rest = text.strip().partition(" ")
        registered = {command.command for command in self._workspace.app.commands}
        if thread_ts is not None:
            return self._say(place, person, f"{name} is not supported in threads. Sorry!", "not_in_thread")
        if name not in registered:
            return self._say(place, person, f"{name} is not a valid command.", "unknown_command")
        hook = self._workspace.new_hook(HookKind.COMMANDS, place.id, person.id)
        payload = payloads.slash_command(
            self._workspace, person, place, command=name, text=rest.strip(), response_url=self._address(hook)
        )
        result, ack = await self._deliver(EnvelopeType.SLASH_COMMANDS, payload, 1)
        if result.error is not None:
            return self._say(
                place, person, f'{name} failed with the error "{result.error}"', result.error, result
            )
        if ack is not None and ack.payload:
            try:
                answer_with(self._workspace, hook, ack.payload)
            except SlackError as refused:
                return self._say(
                    place, person, f'{name} failed with the error "{refused.code}"', refused.code, result
                )
        return result

    async def _deliver(
        self, kind: EnvelopeType, payload: Json, copies: int
    ) -> tuple[InteractionResult, Ack | None]:
        sent = [await self._sockets.send(kind, deepcopy(payload)) for _ in range(copies)]
        envelope_ids = tuple(envelope_id for envelope_id, _ in sent)
        waiting = [ack for _, ack in sent if ack is not None]
        if len(waiting) < len(sent):
            return InteractionResult(acked=False, error=DISPATCH_FAILED, envelope_ids=envelope_ids), None
        acks = await self._sockets.wait_for_acks(waiting)
        if len(acks) < len(sent):
            return InteractionResult(acked=False, error=TIMED_OUT, envelope_ids=envelope_ids), None
        response = acks[0].payload
        return InteractionResult(acked=True, response=response, envelope_ids=envelope_ids), acks[0]

    def _say(
        self,
        place: Channel,
        person: User,
        text: str,
        error: str,
        result: InteractionResult | None = None,
    ) -> InteractionResult:
        """Slackbot tells the person, and nobody else, why a command came to nothing."""
        said = ephemeral(self._workspace, place.id, person.id, {"text": text})
        self._workspace.replace(said, user=SLACKBOT, bot_id=None, app_id=None)
        ids = result.envelope_ids if result else ()
        return InteractionResult(acked=result.acked if result else False, error=error, envelope_ids=ids)

    def _address(self, hook: ResponseHook) -> str:
        return payloads.response_url(self._sockets.base_url, self._workspace, hook)

    def _who_where(self, user: str, channel: str) -> tuple[User, Channel]:
        person = self._workspace.user_named(user)
        if person is None:
            raise Refused(f"There is no user {user}.")
        if channel in {self._workspace.app.bot_user_id, self._workspace.app.name}:
            return person, self._workspace.direct_message(person.id)
        place = self._workspace.channel_named(channel)
        if place is None:
            raise Refused(f"There is no channel {channel}.")
        if person.id not in place.members:
            raise Refused(f"{person.name} is not in {place.name or place.id}.", 403)
        return person, place


def _forged(action_id: str, block_id: str | None, value: str | None) -> Json:
    action: Json = {
        "action_id": action_id,
        "block_id": block_id or "forged",
        "text": {"type": "plain_text", "text": "Forged", "emoji": True},
        "type": "button",
        "action_ts": TsClock().next(),
    }
    if value is not None:
        action["value"] = value
    return action


def _action(message: Message, action_id: str, block_id: str | None, value: str | None) -> Json:
    for block in message.blocks:
        if block_id is not None and block["block_id"] != block_id:
            continue
        for element in (*block.get("elements", ()), block.get("accessory")):
            if not isinstance(element, dict) or element.get("action_id") != action_id:
                continue
            if element["type"] == "button":
                if value is None or element.get("value") == value:
                    return payloads.pressed(element, block["block_id"])
            else:
                for option in _options(element):
                    if option["value"] == value:
                        return payloads.pressed(element, block["block_id"], option=option)
    wanted = action_id if value is None else f"{action_id} with the value {value!r}"
    raise Refused(f"Message {message.ts} has no {wanted} (any more) to click; forge one to test that.")


def _options(element: Json) -> list[Json]:
    groups = element.get("option_groups", ())
    return [*element.get("options", ()), *(option for group in groups for option in group["options"])]
