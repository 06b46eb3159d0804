"""Checks blocks as Slack does, and fills in the defaults that Slack fills in."""

import secrets
from collections.abc import Iterator
from copy import deepcopy
from enum import Enum

from localdev.slack.blockkit import blocks as tables
from localdev.slack.blockkit.schema import Check, array, complain, tagged
from localdev.slack.errors import SlackError
from localdev.slack.json_values import Json

_MARKDOWN_LIMIT = 12_000  # characters of all markdown blocks together


class Surface(Enum):
    """A place for blocks: how many it takes, and which kinds."""

    MESSAGE = (50, "message")
    MODAL = (100, "modal")
    HOME = (100, "home")

    def check(self) -> Check:
        """Return the check for the blocks of this surface."""
        kinds = {"message": tables.MESSAGE, "modal": tables.MODAL, "home": tables.HOME}
        return array(tagged(kinds[self.value[1]]), self.value[0], 0)


def problems_of(blocks: object, surface: Surface = Surface.MESSAGE, pointer: str = "/blocks") -> list[str]:
    """Return Slack's error messages for these blocks; an empty list if they are valid."""
    found: list[str] = []
    surface.check()(blocks, pointer, found)
    if not found and isinstance(blocks, list):
        _check_ids(blocks, pointer, found)
        _check_together(blocks, pointer, found)
    return found


def accept_blocks(blocks: object, surface: Surface = Surface.MESSAGE) -> tuple[Json, ...]:
    """Check the blocks and return them as Slack stores them. Raises `invalid_blocks` with the reasons."""
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    if found := problems_of(blocks, surface):
        raise SlackError("invalid_blocks", errors=found, response_metadata={"messages": found})
    return with_defaults(blocks)


def with_defaults(blocks: list[Json]) -> tuple[Json, ...]:
    """Return a copy of valid blocks with the fields that Slack adds."""
    return tuple(_filled(block) for block in deepcopy(blocks))


def _elements(block: Json) -> Iterator[tuple[str, Json]]:
    """Yield the elements of a block with their paths."""
    for index, element in enumerate(block.get("elements", ())):
        yield f"elements/{index}", element
    for name in ("accessory", "element"):
        if name in block:
            yield name, block[name]


def _check_ids(blocks: list[Json], pointer: str, found: list[str]) -> None:
    block_ids: set[str] = set()
    for index, block in enumerate(blocks):
        block_id = block.get("block_id")
        if block_id in block_ids:
            complain(found, f"{pointer}/{index}/block_id", f'`block_id` value "{block_id}" already exists')
        elif block_id:
            block_ids.add(block_id)
        action_ids: set[str] = set()
        for path, element in _elements(block):
            action_id = element.get("action_id")
            if isinstance(action_id, str) and action_id in action_ids:
                where = f"{pointer}/{index}/{path}/action_id"
                complain(found, where, f'`action_id` value "{action_id}" already exists')
            elif isinstance(action_id, str):
                action_ids.add(action_id)


def _check_together(blocks: list[Json], pointer: str, found: list[str]) -> None:
    """Check what concerns several blocks: one focus, one table, the length of all markdown."""
    focused = [
        f"{pointer}/{index}/{path}/focus_on_load"
        for index, block in enumerate(blocks)
        for path, element in _elements(block)
        if element.get("focus_on_load") is True
    ]
    for where in focused[1:]:
        complain(found, where, "only one element can have `focus_on_load`")
    tables_at = [index for index, block in enumerate(blocks) if block["type"] == "table"]
    for index in tables_at[1:]:
        complain(found, f"{pointer}/{index}", "only one table is allowed")
    markdown = [len(block["text"]) for block in blocks if block["type"] == "markdown"]
    if sum(markdown) > _MARKDOWN_LIMIT:
        complain(found, pointer, f"markdown blocks must be less than {_MARKDOWN_LIMIT + 1} characters in all")


_WITH_ACTION_IDS = frozenset({"actions", "section", "input", "context_actions"})


def _filled(block: Json) -> Json:
    """Add the ids and defaults that Slack adds to a block and its elements."""
    block.setdefault("block_id", _short_id())
    if block["type"] in _WITH_ACTION_IDS:
        for _, element in _elements(block):
            if element["type"] != "image":
                element.setdefault("action_id", _short_id())
    if block["type"] == "input":
        block.setdefault("optional", False)
        block.setdefault("dispatch_action", False)
        if block["element"]["type"] == "plain_text_input":
            block["element"].setdefault(
                "dispatch_action_config", {"trigger_actions_on": ["on_enter_pressed"]}
            )
    _fill_texts(block)
    return block


def _fill_texts(value: object) -> None:
    if isinstance(value, dict):
        if value.get("type") == "plain_text":
            value.setdefault("emoji", True)
        elif value.get("type") == "mrkdwn":
            value.setdefault("verbatim", False)
        for one in value.values():
            _fill_texts(one)
    elif isinstance(value, list):
        for one in value:
            _fill_texts(one)


def _short_id() -> str:
    return secrets.token_urlsafe(4)[:5]
