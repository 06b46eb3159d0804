"""Defines the blocks, and which surface takes which."""

from localdev.slack.blockkit import elements as e
from localdev.slack.blockkit import objects as o
from localdev.slack.blockkit.rich_text import RICH_TEXT
from localdev.slack.blockkit.schema import (
    Check,
    all_of,
    array,
    at_least_one,
    boolean,
    integer,
    one_of,
    record,
    string,
    tagged,
    url,
)

_ID: dict[str, Check] = {"block_id": o.ID}
_https = url(3000, "https://")

_EVERYWHERE: dict[str, Check] = {
    "section": all_of(
        record(
            {},
            {
                **_ID,
                "text": o.text(3000),
                "fields": array(o.text(2000), 10),
                "accessory": tagged(e.SECTION),
                "expand": boolean,
            },
        ),
        at_least_one("text", "fields"),
    ),
    "header": record({"text": o.plain_text(150)}, {**_ID, "level": integer(1, 4)}),
    "divider": record({}, _ID),
    "context": record(
        {
            "elements": array(
                tagged(
                    {
                        "image": o.IMAGE,
                        "plain_text": record({"text": string(3000)}, {"emoji": boolean}),
                        "mrkdwn": record({"text": string(3000)}, {"verbatim": boolean}),
                    }
                ),
                10,
            )
        },
        _ID,
    ),
    "actions": record({"elements": array(tagged(e.ACTIONS), 25)}, _ID),
    "image": all_of(
        record({"alt_text": string(2000)}, {**_ID, **o.IMAGE_FIELDS, "title": o.plain_text(2000)}),
        o.ONE_IMAGE,
    ),
    "rich_text": RICH_TEXT,
    "video": record(
        {"alt_text": string(2000), "title": o.plain_text(199), "thumbnail_url": url(), "video_url": _https},
        {
            **_ID,
            "author_name": string(49),
            "description": o.plain_text(200),
            "provider_icon_url": url(),
            "provider_name": string(255),
            "title_url": _https,
        },
    ),
}


def _input(elements: dict[str, Check]) -> Check:
    return record(
        {"label": o.plain_text(2000), "element": tagged(elements)},
        {**_ID, "hint": o.plain_text(2000), "optional": boolean, "dispatch_action": boolean},
    )


_cell = tagged({"raw_text": record({"text": string(3000)}), "rich_text": RICH_TEXT})
_column = record({}, {"align": one_of("left", "center", "right"), "is_wrapped": boolean})

MESSAGE: dict[str, Check] = {
    **_EVERYWHERE,
    "input": _input(e.INPUT),
    "markdown": record({"text": string(12_000)}, _ID),
    "table": record({"rows": array(array(_cell, 20), 100)}, {**_ID, "column_settings": array(_column, 20)}),
    "file": record({"external_id": string(255), "source": one_of("remote")}, _ID),
    "context_actions": record({"elements": array(tagged(e.CONTEXT_ACTIONS), 5)}, _ID),
}
MODAL: dict[str, Check] = {**_EVERYWHERE, "input": _input(e.MODAL_INPUT)}
HOME: dict[str, Check] = {**_EVERYWHERE, "input": _input(e.INPUT)}
