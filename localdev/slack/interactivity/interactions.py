"""Clicks elements of messages and views, and asks the app for the options of external menus."""

from typing import NamedTuple

from localdev.slack.blockkit.element_state import (
    STATEFUL_ELEMENTS,
    ElementValue,
    ElementValues,
    ExtraChoices,
    UnknownValue,
    elements_of,
    options_of,
    state_values,
)
from localdev.slack.blockkit.validation import problems_of
from localdev.slack.errors import ActionRefused
from localdev.slack.interactivity import payloads
from localdev.slack.interactivity.delivery import InteractionResult, PayloadDelivery
from localdev.slack.json_values import Json
from localdev.slack.people import People
from localdev.slack.socket_mode.frames import EnvelopeType
from localdev.slack.workspace.models import ResponseUrlKind, User, View
from localdev.slack.workspace.timestamps import TimestampClock
from localdev.slack.workspace.workspace import Workspace


class Press(NamedTuple):
    """A click on an element, or a new `value` for the element. `state` has the values of the other elements.

    `forge` sends the click even if there is no such element. `copies` is the number of envelopes.
    """

    action_id: str
    block_id: str | None = None
    value: ElementValue = None
    state: ElementValues | None = None
    forge: bool = False
    copies: int = 1


class Interactions:
    """Sends clicks to the app, and shows people why a click failed."""

    def __init__(self, workspace: Workspace, people: People, delivery: PayloadDelivery) -> None:
        self._workspace = workspace
        self._people = people
        self._delivery = delivery
        # The options that the app offered for external menus, by user and action id: no others can be chosen.
        self._suggested: dict[tuple[str, str], dict[str, Json]] = {}

    async def click(self, user: str, channel: str, ts: str, press: Press) -> InteractionResult:
        """Click an element of a message."""
        person, place = self._people.who_where(user, channel)
        message = self._people.visible(person, place, ts)
        action, values = self._act(person.id, message.blocks, press, {}, f"Message {ts}")
        self._workspace.warn(place.id, ts, person.id, None)
        hook = self._workspace.response_urls.new(ResponseUrlKind.ACTIONS, place.id, person.id, message)
        payload = payloads.message_action(
            self._workspace,
            person,
            place,
            message,
            action=action,
            values=values,
            response_url=payloads.response_url(self._workspace, hook),
        )
        result, _ = await self._delivery.send(EnvelopeType.INTERACTIVE, payload, press.copies)
        if result.error is not None:
            self._workspace.warn(place.id, ts, person.id, result.error)
        return result

    async def click_in_view(self, user: str, view_id: str, press: Press) -> InteractionResult:
        """Click an element of a modal or a Home tab."""
        person, view = self.whose_view(user, view_id)
        blocks = tuple(view.body["blocks"])
        action, values = self._act(person.id, blocks, press, view.values, f"View {view_id}")
        view = self._workspace.views.save(view.model_copy(update={"values": values, "trouble": None}))
        payload = payloads.view_action(self._workspace, person, view, action=action)
        result, _ = await self._delivery.send(EnvelopeType.INTERACTIVE, payload, press.copies)
        if result.error is not None and (now := self._workspace.views.find(view.id)):
            self._workspace.views.save(now.model_copy(update={"trouble": result.error}))
        return result

    async def suggest(
        self, user: str, where: Json, block_id: str, action_id: str, typed: str
    ) -> tuple[InteractionResult, Json]:
        """Ask the app for the options of an external menu. `where` has `channel` and `ts`, or `view_id`."""
        person, blocks, context = self._place(user, where)
        wanted = (block_id, action_id)
        element = next((e for b, e in elements_of(blocks) if (b["block_id"], e["action_id"]) == wanted), None)
        if element is None:
            raise ActionRefused(f"There is no {action_id} in the block {block_id}.")
        payload = payloads.suggestion(
            self._workspace, person, context, element={**element, "block_id": block_id}, typed=typed
        )
        result, ack = await self._delivery.send(EnvelopeType.INTERACTIVE, payload, 1)
        offered = dict(ack.payload or {}) if ack is not None else {}
        if result.error is None and (wrong := _wrong_options(offered)):
            return result.model_copy(update={"error": wrong}), {}
        known = self._suggested.setdefault((person.id, action_id), {})
        known |= {option["value"]: option for option in options_of(offered)}
        return result, offered

    def values(self, user: str, blocks: tuple[Json, ...], state: ElementValues | None, before: Json) -> Json:
        """Return `state.values` after a person filled in `state`.

        Raises ActionRefused for an unknown value.
        """
        suggested: dict[str, Json] = {}
        for _, element in elements_of(blocks):
            suggested |= self._suggested.get((user, element["action_id"]), {})
        try:
            files = {name: file.model_dump() for name, file in self._workspace.files.known.items()}
            return state_values(blocks, state, ExtraChoices(suggested, files), before)
        except UnknownValue as unknown:
            raise ActionRefused(f"{unknown}.", 400) from None

    def whose_view(self, user: str, view_id: str) -> tuple[User, View]:
        """Return the user and an open view of that user. Raises ActionRefused."""
        person = self._people.who(user)
        view = self._workspace.views.find(view_id)
        if view is None or view.user != person.id:
            raise ActionRefused(f"{person.name} has no view {view_id} open (any more).")
        return person, view

    def _place(self, user: str, where: Json) -> tuple[User, tuple[Json, ...], Json]:
        if view_id := where.get("view_id"):
            person, view = self.whose_view(user, view_id)
            container = {"type": "view", "view_id": view.id}
            shown = self._workspace.views.view_json(view)
            return person, tuple(view.body["blocks"]), {"container": container, "view": shown}
        person, place = self._people.who_where(user, where["channel"])
        message = self._people.visible(person, place, where["ts"])
        channel = {"id": place.id, "name": place.name}
        context = {"container": payloads.message_container(message), "channel": channel}
        return person, message.blocks, context

    def _act(
        self, user: str, blocks: tuple[Json, ...], press: Press, before: Json, where: str
    ) -> tuple[Json, Json]:
        """Return the entry of `actions`, and `state.values` after the click."""
        if press.forge:
            return _forged(press), before
        for block, element in elements_of(blocks):
            own = block["block_id"]
            if element["action_id"] != press.action_id or press.block_id not in {None, own}:
                continue
            if element["type"] in STATEFUL_ELEMENTS:
                given = {name: dict(elements) for name, elements in (press.state or {}).items()}
                given.setdefault(own, {})[press.action_id] = press.value
                values = self.values(user, blocks, given, before)
                return payloads.pressed(element, own, values[own][press.action_id]), values
            option = next((one for one in options_of(element) if one["value"] == press.value), None)
            is_button = not options_of(element)
            if option is not None or (is_button and press.value in {None, element.get("value")}):
                values = self.values(user, blocks, press.state, before)
                return payloads.pressed(element, own, option=option), values
        wanted = (
            press.action_id if press.value is None else f"{press.action_id} with the value {press.value!r}"
        )
        raise ActionRefused(f"{where} has no {wanted} (any more) to click; forge one to test that.")


def _forged(press: Press) -> Json:
    action: Json = {
        "action_id": press.action_id,
        "block_id": press.block_id or "forged",
        "text": {"type": "plain_text", "text": "Forged", "emoji": True},
        "type": "button",
        "action_ts": TimestampClock().next(),
    }
    if press.value is not None:
        action["value"] = press.value
    return action


def _wrong_options(offered: Json) -> str | None:
    """Return why Slack would refuse these options; None if they are valid. An empty list is valid."""
    if offered.get("options") == [] or offered.get("option_groups") == []:
        return None
    menu = {"type": "static_select", "action_id": "menu", **offered}
    problems = problems_of([{"type": "actions", "elements": [menu]}])
    return problems[0] if problems else None
