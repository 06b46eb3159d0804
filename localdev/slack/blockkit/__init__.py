"""Block Kit: refuse what Slack refuses, and fill in what Slack fills in."""

import secrets
from copy import deepcopy
from enum import IntEnum

from localdev.slack.blockkit.catalog import BLOCKS
from localdev.slack.blockkit.schema import array, complain, tagged
from localdev.slack.wire import Json, SlackError


class Surface(IntEnum):
    """How many blocks each surface takes."""

    MESSAGE = 50
    VIEW = 100


def problems_of(blocks: object, surface: Surface = Surface.MESSAGE, pointer: str = "/blocks") -> list[str]:
    """What Slack would say is wrong with these blocks; an empty list when nothing is."""
    found: list[str] = []
    array(tagged(BLOCKS), surface, 0)(blocks, pointer, found)
    if not found and isinstance(blocks, list):
        _check_ids(blocks, pointer, found)
    return found


def accept(blocks: object, surface: Surface = Surface.MESSAGE) -> tuple[Json, ...]:
    """The blocks as Slack stores them; raises `invalid_blocks` with the reasons."""
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    if found := problems_of(blocks, surface):
        raise SlackError("invalid_blocks", errors=found, response_metadata={"messages": found})
    return tuple(_filled(block) for block in deepcopy(blocks))


def _check_ids(blocks: list[Json], pointer: str, found: list[str]) -> None:
    block_ids: set[str] = set()
    for index, block in enumerate(blocks):
        block_id = block.get("block_id")
        if block_id in block_ids:
            complain(found, f"{pointer}/{index}/block_id", f'`block_id` value "{block_id}" already exists')
        elif block_id:
            block_ids.add(block_id)
        action_ids: set[str] = set()
        for position, element in enumerate(block.get("elements", ())):
            action_id = element.get("action_id") if isinstance(element, dict) else None
            if isinstance(action_id, str) and action_id in action_ids:
                where = f"{pointer}/{index}/elements/{position}/action_id"
                complain(found, where, f'`action_id` value "{action_id}" already exists')
            elif isinstance(action_id, str):
                action_ids.add(action_id)


def _filled(block: Json) -> Json:
    """Slack gives every block an id, every element an action id, and spells out text defaults."""
    block.setdefault("block_id", _short_id())
    elements = [*block.get("elements", ()), block.get("accessory"), block.get("element")]
    for element in elements:
        acts = isinstance(element, dict) and element.get("type") != "image"
        if acts and block["type"] in {"actions", "section", "input"}:
            element.setdefault("action_id", _short_id())
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
