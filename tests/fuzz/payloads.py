"""Generates payloads as Slack sends them, with parts removed, replaced or swapped."""

import copy
import json
from typing import Any

from hypothesis import strategies as st

from bot.ids import CallbackId, ListWhich, MenuChoice, PageValue
from tests.unit.bot.payloads.test_decision import a_click, a_command
from tests.unit.bot.payloads.test_view_submissions import (
    AMEND,
    ANSWER,
    a_decision,
    a_menu,
    a_submission,
    an_answer_click,
)
from tests.unit.bot.payloads.test_view_submissions import chosen as an_option

Json = Any  # whatever JSON holds

HOOK = "http://127.0.0.1:9/hooks/actions/T0TEAM001/1/x"
"""At the Slack of these tests, where nobody listens."""


def _genuine() -> list[dict[str, Json]]:
    page = PageValue(which=ListWhich.ALL, cursor="0").encode()
    bodies = [
        a_click(),
        a_click(action_id="order_cancel"),
        a_click(action_id="order_list_more", value=page),
        *(a_menu(choice.value) for choice in MenuChoice),
        an_answer_click(),
        a_decision(order_text="fine"),
        a_decision(MenuChoice.CANCEL, order_text="too dear"),
        a_decision(MenuChoice.ASK, order_text="which room?"),
        a_decision(MenuChoice.OVERRIDE, order_text="now", order_verdict=an_option("cancel")),
        a_submission(CallbackId.ANSWER, ANSWER.encode(), order_text="the large one"),
        a_submission(
            CallbackId.AMEND,
            AMEND.encode(),
            order_lines="CHAIR-9:Office chair:4:249.00",
            order_ship_to="Quay 12",
            order_note="soon",
        ),
        *map(a_command, ("status ord-1", "list all", "amend ord-1", "refund ord-1 it broke", "delegate")),
        a_command("delegate <@U0BOB0001|bob> until friday 14:00 for finance"),
    ]
    return [body | ({"response_url": HOOK} if "response_url" in body else {}) for body in bodies]


GENUINE = _genuine()

HOSTILE = [
    *("", " ", "\x00", "\ud800", "\u202e", "\u2028", "\u200b", "\x1b[31m", "a\nb", "null", "[]", "{}", "-1"),
    *("<!channel>", "<@U0EVE>", "<https://evil.example|Approve>", "*b*", "`", "' OR 1=1 --", "${x}", "../.."),
    *("T0OTHER", "U0EVE0001", "0" * 400, "x" * 5000, "9999999999.999999", "order_approve", "block_actions"),
    *("1e999", "٣٣٣٣٣٣٣٣٣٣.٣", "order_cancel", "view_submission", "e\u0301" * 50, "👩‍👩‍👧" * 100),
]
_KEYS = st.sampled_from(
    ["type", "id", "value", "action_id", "actions", "view", "blocks", "elements", "state", "values"]
)
_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([2**63, -(2**63), 10**400])
    | st.floats()
    | st.sampled_from(HOSTILE)
    | st.text(max_size=40)
)
anything = st.recursive(
    _SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(_KEYS | st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)


@st.composite
def _deep(draw: st.DrawFn) -> Json:
    value: Json = draw(_SCALARS)
    for _ in range(draw(st.integers(1, 200))):
        value = [value] if draw(st.booleans()) else {"value": value}
    return value


def _places(value: Json, path: tuple[Json, ...] = ()) -> list[tuple[Json, ...]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, each in inside for place in _places(each, (*path, key)))]


def _at(value: Json, path: tuple[Json, ...]) -> Json:
    for key in path:
        value = value[key]
    return value


def _retyped(value: Json) -> Json:
    if isinstance(value, str):
        return [value]
    return json.dumps(value, default=str) if isinstance(value, dict | list) else {"value": value}


@st.composite
def mangled(draw: st.DrawFn) -> Json:
    """A real payload with up to four parts gone, replaced, retyped, doubled, or taken from another one."""
    body: Json = copy.deepcopy(draw(st.sampled_from(GENUINE)))
    for _ in range(draw(st.integers(0, 4))):
        *where, last = draw(st.sampled_from(_places(body)[1:] or [("type",)]))
        target = _at(body, tuple(where))
        match draw(
            st.sampled_from(["drop", "any", "hostile", "deep", "retype", "double", "other", "inside"])
        ):
            case "drop":
                if isinstance(target, list) or last in target:
                    del target[last]
            case "any":
                target[last] = draw(anything)
            case "hostile":
                target[last] = draw(st.sampled_from(HOSTILE))
            case "deep":
                target[last] = draw(_deep())
            case "retype":
                target[last] = _retyped(_at(target, (last,)) if _has(target, last) else None)
            case "double":
                if isinstance(target, list):
                    target.append(copy.deepcopy(target[last]))
            case "other":
                other = draw(st.sampled_from(GENUINE))
                target[last] = copy.deepcopy(_at(other, draw(st.sampled_from(_places(other)))))
            case _:
                target[last] = _inside(draw, target[last] if _has(target, last) else "")
    return body


def _has(target: Json, key: Json) -> bool:
    return key in target if isinstance(target, dict) else True


def _inside(draw: st.DrawFn, text: Json) -> Json:
    """Change what is written as JSON inside a text: a button's value, a modal's metadata."""
    try:
        within = json.loads(text)
    except (TypeError, ValueError):
        return text
    if isinstance(within, dict) and within:
        within[draw(st.sampled_from(sorted(within)))] = draw(anything)
    return json.dumps(within)


payloads = mangled() | anything
