import tomllib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.policy_file.toml_lines import Path, line_of, lines_of

_TRICKY = '''\
# [groups]  name = 1
[groups] # [tiers]
a = ["U1", # ]
  "]", \'#\',
  """x
[[tiers]]
y = 1
""", {k = "}", "l.m" = [1,
 2]}]
"b.c" . d = "#"
e.f = 1979-05-27 07:32:00

[[tiers]]
name = \'\'\'
[[tiers]]
\'\'\'\'\'
[[tiers.escalations]]
after = """a\\""" b"""""
[[tiers.escalations]]
[tiers.needs]
"fi\\u006eance" = 1
[[ tiers ]]
name = "two"
  [[tiers . "escalations"]]
  after = 1
[x]
z = {}
w = []
v = 1
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("groups",), 2),
        (("groups", "a"), 3),
        (("groups", "a", 0), 3),
        (("groups", "a", 1), 4),
        (("groups", "a", 2), 4),
        (("groups", "a", 3), 5),
        (("groups", "a", 4, "k"), 8),
        (("groups", "a", 4, "l.m", 0), 8),
        (("groups", "a", 4, "l.m", 1), 9),
        (("groups", "b.c"), 10),
        (("groups", "b.c", "d"), 10),
        (("groups", "e", "f"), 11),
        (("tiers",), 13),
        (("tiers", 0), 13),
        (("tiers", 0, "name"), 14),
        (("tiers", 0, "escalations", 0), 17),
        (("tiers", 0, "escalations", 0, "after"), 18),
        (("tiers", 0, "escalations", 1), 19),
        (("tiers", 0, "escalations", 1, "after"), 19),
        (("tiers", 0, "needs", "finance"), 21),
        (("tiers", 1), 22),
        (("tiers", 1, "name"), 23),
        (("tiers", 1, "escalations", 0, "after"), 25),
        (("tiers", 1, "needs", "finance"), 22),
        (("x", "z"), 27),
        (("x", "w"), 28),
        (("x", "v"), 29),
        (("nowhere",), None),
        ((), None),
    ],
)
def test_each_setting_has_its_line(path: Path, line: int | None) -> None:
    """Strings, lists and comments that look like something else included; otherwise the table's."""
    tomllib.loads(_TRICKY)
    assert line_of(lines_of(_TRICKY), path) == line


def test_windows_line_ends_are_one_line_each() -> None:
    """As tomllib counts them."""
    assert line_of(lines_of("a = 1\r\n\r\nb = 2\r\n"), ("b",)) == 3


def test_a_table_may_be_written_inline() -> None:
    """Tiers too."""
    lines = lines_of('tiers = [\n {name = "a"},\n {name = "b"},\n]\n')
    assert lines["tiers", 1, "name"] == 3


_BLANK = st.lists(
    st.sampled_from(["", "  ", "# [x] = 1", "\t# '''", '#"""', "# name = [", "#]"]), max_size=3
).map("\n".join)
_KEYS = st.sampled_from(["a", "b-c", "D_1", "99", '"q.r"', "'s t'", '"u\\"v"'])
_VALUES = st.sampled_from(
    ["1", "-0.5", "true", '"x # y"', "'[[z]]'", '"""\n[a]\n"""', "'''\n\"\"\"'''", "[1,\n 2, # [\n 3]", "[]",
     "[[1], ['a',\n ]]", "{}", "{ m = 1, n.o = [ {p = ']'} ] }", "1979-05-27 07:32:00", "07:32:00", '"\\\\"',
     '""""""', "''"]
)  # fmt: skip


@given(st.data())
def test_lines_are_right_whatever_is_written_between(data: st.DataObject) -> None:
    """The text is put together here, so each key's line is known."""
    text = ""
    expected: dict[Path, int] = {}
    for index in range(data.draw(st.integers(0, 4))):
        text += data.draw(_BLANK) + "\n"
        expected[("t", index)] = text.count("\n") + 1
        text += data.draw(st.sampled_from(["[[t]]", " [[ t ]] # x", '[["t"]]'])) + "\n"
        for key in data.draw(st.lists(_KEYS, unique=True)):
            text += data.draw(_BLANK) + "\n"
            [name] = tomllib.loads(f"{key} = 1")
            expected[("t", index, name)] = text.count("\n") + 1
            text += f"{data.draw(st.sampled_from(['', '  ']))}{key} = {data.draw(_VALUES)}\n"
    tomllib.loads(text)
    lines = lines_of(text)
    assert {path: lines[path] for path in expected} == expected


def _paths(value: object, path: Path = ()) -> Iterator[Path]:
    yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _paths(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _paths(inner, (*path, index))


@given(
    st.lists(
        st.tuples(st.sampled_from(["{} = {}", "a.{} = {}", "[{}]\nk = {}", "[[{}]]\nk = {}"]), _KEYS, _VALUES)
    )
)
def test_every_path_of_valid_toml_has_a_line(parts: list[tuple[str, str, str]]) -> None:
    """None of the file's values is missed."""
    text = "\n".join(form.format(key, value) for form, key, value in parts)
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    lines = lines_of(text)
    assert [path for path in _paths(document) if path and path not in lines] == []


@given(st.text(alphabet="[]{}=,.\"'#\\ \n\rab1"))
def test_it_bears_any_valid_text(text: str) -> None:
    """However odd."""
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    lines_of(text)
