"""Random policy files never crash the checks."""

import json
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from orchestration.policy_file.load import examine
from orchestration.policy_file.schema import EscalationTable, HoursTable, RemindersTable, TierTable
from tests.unit.policy_file.files import ESCALATION, GOOD, OFFICE

_FULL = GOOD + OFFICE + "[[tiers]]" + ESCALATION
_WORDS = st.sampled_from(
    [
        "finance",
        "ops",
        "office",
        "U0ALICE01",
        "S0FIN",
        "C0A",
        "EUR",
        "JPY",
        "*",
        "never",
        "reminders",
        "4h",
        "2d",
        "0s",
        "09:00",
        "24:00",
        "mon",
        "sun",
        "Europe/Berlin",
        "UTC",
        "allowed",
        "Acme*",
        "",
        "[",
        "\u202e",
        "999999999d",
    ]
)
_SCALARS = st.one_of(
    _WORDS.map(json.dumps),
    st.sampled_from(
        ["0", "1", "2", "50", "500", "-1", "0.5", "12.345", "1e9", "1e999", "inf", "nan", "true", "false"]
    ),
    st.dates(min_value=date(1900, 1, 1)).map(str),
    st.sampled_from(["09:00:00", "2026-01-01T00:00:00Z", "0x10", '"""a\nb"""']),
)
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        st.dictionaries(
            st.sampled_from(["after", "times", "growing", "at-most", "finance", "ops"]), inner, max_size=3
        ).map(lambda table: "{" + ", ".join(f"{key} = {value}" for key, value in table.items()) + "}"),
    ),
    max_leaves=6,
)
_HEADERS = st.sampled_from(
    [
        "[groups]",
        "[operators]",
        "[hours.office]",
        "[hours]",
        "[[tiers]]",
        "[[refund-tiers]]",
        "[[tiers.escalations]]",
        "[tiers.needs]",
        "[[refund-tiers.escalations]]",
        "[tiers.reminders]",
        "[tiers]",
        "[[groups]]",
    ]
)
_KEYS = st.sampled_from(
    sorted(
        {
            str(field.alias)
            for table in (TierTable, HoursTable, EscalationTable, RemindersTable)
            for field in table.model_fields.values()
        }
        | {"finance", "ops", "slack", '"x y"'}
    )
)
_TABLES = st.lists(st.tuples(_HEADERS, st.dictionaries(_KEYS, _VALUES, max_size=8)), max_size=6)


def _check(text: str) -> None:
    policy, faults = examine(text)
    assert (policy is None) == any(fault.is_error for fault in faults)
    for fault in faults:
        assert 0 < len(fault.message) <= 503
        assert fault.path.isprintable()
        assert fault.line is None or 1 <= fault.line <= text.count("\n") + 1


@given(st.text())
def test_any_text(text: str) -> None:
    """Hardly ever TOML."""
    _check(text)


@given(_TABLES)
def test_any_tables(tables: list[tuple[str, dict[str, str]]]) -> None:
    """Settings of ours with values that are theirs or not."""
    _check(
        "\n".join(
            f"{header}\n" + "\n".join(f"{key} = {value}" for key, value in settings.items())
            for header, settings in tables
        )
    )


@given(st.data())
def test_any_line_changed(data: st.DataObject) -> None:
    """A sound file with some values replaced, so that the checks behind the schema are reached."""
    lines = _FULL.splitlines()
    for _ in range(data.draw(st.integers(1, 3))):
        index = data.draw(st.integers(0, len(lines) - 1))
        key, equals, _ = lines[index].partition(" = ")
        lines[index] = (
            f"{key} = {data.draw(_VALUES)}" if equals else data.draw(st.sampled_from(["", lines[index]]))
        )
    _check("\n".join(lines))


@given(st.lists(st.tuples(st.sampled_from(["{} = {}", "[{}]", "[[{}]]"]), st.text(max_size=8)), max_size=5))
def test_any_name(parts: list[tuple[str, str]]) -> None:
    """Names that are no names of ours, whatever letters they are of."""
    _check("\n".join(form.format(json.dumps(name, ensure_ascii=False), "1") for form, name in parts))
