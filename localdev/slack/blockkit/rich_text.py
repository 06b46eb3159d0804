"""Defines the rich_text block: sections, lists, quotes and code."""

from localdev.slack.blockkit.schema import (
    Check,
    array,
    boolean,
    integer,
    matching,
    one_of,
    record,
    string,
    tagged,
)

_PIECES = 1000  # Slack publishes no number
_MARKS = ("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink")
_style = record({}, dict.fromkeys(_MARKS, boolean))
_STYLED: dict[str, Check] = {"style": _style}
_id = string(255)
_url = matching(r"[a-z][a-z0-9+.-]*:\S+", 3000)

_PIECE: dict[str, Check] = {
    "text": record({"text": string(4000)}, _STYLED),
    "link": record({"url": _url}, {**_STYLED, "text": string(4000), "unsafe": boolean}),
    "emoji": record(
        {"name": string(255)}, {**_STYLED, "unicode": string(255), "url": _url, "skin_tone": integer(1, 6)}
    ),
    "user": record({"user_id": _id}, _STYLED),
    "channel": record({"channel_id": _id}, _STYLED),
    "usergroup": record({"usergroup_id": _id}, _STYLED),
    "team": record({"team_id": _id}, _STYLED),
    "broadcast": record({"range": one_of("here", "channel", "everyone")}, _STYLED),
    "color": record({"value": matching(r"#[0-9a-fA-F]{6}")}, _STYLED),
    "date": record(
        {"timestamp": integer(0, 9_999_999_999), "format": string(255)},
        {**_STYLED, "url": _url, "fallback": string(255)},
    ),
}
_pieces = array(tagged(_PIECE), _PIECES, 0)
_section = record({"elements": _pieces})
_border: dict[str, Check] = {"border": integer(0, 1)}
_PARTS: dict[str, Check] = {
    "rich_text_section": _section,
    "rich_text_list": record(
        {
            "style": one_of("bullet", "ordered"),
            "elements": array(tagged({"rich_text_section": _section}), _PIECES),
        },
        {**_border, "indent": integer(0, 8), "offset": integer(0, 100_000)},
    ),
    "rich_text_preformatted": record({"elements": _pieces}, {**_border, "language": string(100)}),
    "rich_text_quote": record({"elements": _pieces}, _border),
}
_parts = array(tagged(_PARTS), _PIECES)
RICH_TEXT = record({"elements": _parts}, {"block_id": _id})
