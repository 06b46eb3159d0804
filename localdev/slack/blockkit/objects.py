"""Defines the composition objects of blocks and elements: texts, options, confirm dialogs.

The numbers here and in the other tables are those of Slack's reference for Block Kit.
"""

from localdev.slack.blockkit.schema import (
    Check,
    all_of,
    anything,
    array,
    boolean,
    exactly_one,
    one_of,
    record,
    string,
    tagged,
    url,
)

ID = string(255)
STYLE = one_of("primary", "danger")


def plain_text(longest: int) -> Check:
    """Return the check for a plain_text object."""
    return tagged({"plain_text": record({"text": string(longest)}, {"emoji": boolean})})


def text(longest: int) -> Check:
    """Return the check for a plain_text or mrkdwn object."""
    return tagged(
        {
            "plain_text": record({"text": string(longest)}, {"emoji": boolean}),
            "mrkdwn": record({"text": string(longest)}, {"verbatim": boolean}),
        }
    )


CONFIRM = record(
    {"title": plain_text(100), "text": text(300), "confirm": plain_text(30), "deny": plain_text(30)},
    {"style": STYLE},
)
PLACEHOLDER = plain_text(150)

MENU_OPTION = record({"text": plain_text(75), "value": string(150)}, {"description": plain_text(75)})
OVERFLOW_OPTION = record(
    {"text": plain_text(75), "value": string(150)}, {"description": plain_text(75), "url": url()}
)
CHOICE = record({"text": text(75), "value": string(150)}, {"description": text(75)})
MENU_GROUP = record({"label": plain_text(75), "options": array(MENU_OPTION, 100)})

DISPATCH = record(
    {"trigger_actions_on": array(one_of("on_enter_pressed", "on_character_entered"), 2)},
)
FILTER = record(
    {},
    {
        "include": array(one_of("im", "mpim", "private", "public"), 4),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    },
)
_SLACK_FILE = all_of(record({}, {"id": string(255), "url": url()}), exactly_one("id", "url"))
IMAGE_FIELDS: dict[str, Check] = {"image_url": url(), "slack_file": _SLACK_FILE}
ONE_IMAGE = exactly_one("image_url", "slack_file")
IMAGE = all_of(record({"alt_text": string(2000)}, IMAGE_FIELDS), ONE_IMAGE)
WORKFLOW = record(
    {"trigger": record({"url": url()}, {"customizable_input_parameters": array(anything, 100)})},
)
