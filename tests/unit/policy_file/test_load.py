import hashlib
from pathlib import Path

import pytest

from orchestration.domain.errors import PolicyWrong
from orchestration.policy_file.load import LARGEST, examine, load_policy
from orchestration.policy_file.path import policy_path
from orchestration.settings import SettingsWrong
from tests.unit.policy_file.files import GOOD, MARK, NEEDS, changed, marked_line

_ROOT = Path(__file__).parents[3]


def _file(tmp_path: Path, content: str | bytes) -> Path:
    path = tmp_path / "policy.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_the_policy_has_the_digest_of_its_file(tmp_path: Path) -> None:
    """Of the bytes, so that anybody can compare it with sha256sum."""
    content = GOOD.replace("\n", "\r\n").encode()
    policy, faults = load_policy(_file(tmp_path, content))
    assert policy.digest == hashlib.sha256(content).hexdigest()
    assert faults == ()
    examined = examine(GOOD)[0]
    assert examined is not None
    assert examined.digest == hashlib.sha256(GOOD.encode()).hexdigest()


def test_warnings_come_with_the_policy(tmp_path: Path) -> None:
    """They keep nobody from using it."""
    policy, [fault] = load_policy(_file(tmp_path, changed(("#groups", 'x = ["U1"]'))))
    assert len(policy.tiers) == 2
    assert not fault.is_error


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    """Windows' editor writes one."""
    content = b"\xef\xbb\xbf" + GOOD.encode()
    assert load_policy(_file(tmp_path, content))[0].digest == hashlib.sha256(content).hexdigest()


def test_every_error_is_named_with_its_line(tmp_path: Path) -> None:
    """And no warning; faults without a line have none."""
    text = changed((NEEDS, 'needs = { boss = 1 }\nhours = "x"'), ("#groups", 'a = ["U1"]'))
    path = _file(tmp_path, text)
    with pytest.raises(PolicyWrong) as caught:
        load_policy(path)
    assert str(caught.value).splitlines() == [
        f"approval policy {path} cannot be used:",
        "  line 9, tiers.all.needs.boss: there is no group 'boss' in [groups]; known: a, finance and ops",
        "  line 10, tiers.all.hours: there are no hours 'x'; add a table [hours.x], or leave this out",
    ]
    with pytest.raises(PolicyWrong, match=r"\n  tiers: there are no tiers for orders"):
        load_policy(_file(tmp_path, ""))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"# " + b"x" * LARGEST, "is larger than 1,000,000 bytes; is it another file?"),
        (b"[groups]\na = '\xff'\n", "is not UTF-8, see line 2: save it as UTF-8"),
        (GOOD.encode("utf-16"), "is not UTF-8, see line 1"),
        (b"\x00", "cannot be used:\n  line 1, this is not TOML"),
    ],
)
def test_what_is_no_policy_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    """With a sentence that says what it is."""
    path = _file(tmp_path, content)
    with pytest.raises(PolicyWrong) as caught:
        load_policy(path)
    assert str(caught.value).startswith(f"approval policy {path} {message}")


def test_a_file_of_just_the_limit_is_read(tmp_path: Path) -> None:
    """Comments may be long."""
    padding = "#" * (LARGEST - len(GOOD))
    assert load_policy(_file(tmp_path, GOOD + padding))[1] == ()


@pytest.mark.parametrize("name", ["missing.toml", "folder", "folder/missing/x.toml", "nul\0"])
def test_a_file_that_cannot_be_read(tmp_path: Path, name: str) -> None:
    """The message says what to do."""
    (tmp_path / "folder").mkdir()
    with pytest.raises(PolicyWrong) as caught:
        load_policy(tmp_path / name)
    advice = "copy approval-policy.example.toml from the repository, or set APPROVAL_POLICY_FILE"
    assert str(caught.value).endswith(advice)
    if "missing" in name:
        assert str(caught.value) == f"there is no approval policy at {tmp_path / name}: {advice}"


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("[groups]\na = # b\n", 2, "this is not TOML: Invalid value in column 5"),
        ("[groups]\na = [", 2, "this is not TOML: Invalid value"),
        ("a = 1\nb = 'x", 2, "this is not TOML: "),
        ("a = 1\na = 2", 2, "this is not TOML: Cannot overwrite a value"),
        ("a = " + "9" * 5000, None, "this is not TOML: "),
        ("a = " + "[" * 5000, None, "this is not a policy: lists or tables are nested too deeply"),
    ],
)
def test_what_is_not_toml_is_one_fault(text: str, line: int | None, message: str) -> None:
    """With the line where reading ended, if it can be told."""
    policy, [fault] = examine(text)
    assert policy is None
    assert (fault.line, fault.path, fault.is_error) == (line, "", True)
    assert fault.message.startswith(message)
    assert "at line" not in fault.message


def test_a_name_that_could_turn_or_hide_text_is_not_shown() -> None:
    """The tier's number, from 1, stands for it."""
    text = changed(('"all"', f'"a\\u202eb"{MARK}'))
    [fault] = [fault for fault in examine(text)[1] if fault.is_error]
    assert (fault.line, fault.path) == (marked_line(text), "tiers[1].name")
    [other] = examine('"a\\nb" = 1')[1]
    assert other.path == "'a\\nb'"


@pytest.mark.parametrize("name", ["approval-policy.example.toml", "localdev/approval-policy.toml"])
def test_the_files_that_we_ship_are_fine(name: str) -> None:
    """Without a warning."""
    assert load_policy(_ROOT / name)[1] == ()


def test_the_setting_says_where_the_file_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """In the folder that the process runs in, unless told otherwise."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("APPROVAL_POLICY_FILE", raising=False)
    assert policy_path() == Path("approval-policy.toml")
    monkeypatch.setenv("APPROVAL_POLICY_FILE", "/etc/policy.toml")
    assert policy_path() == Path("/etc/policy.toml")
    monkeypatch.setenv("HEALTH_PORT", "x")
    with pytest.raises(SettingsWrong, match="HEALTH_PORT"):
        policy_path()


def test_a_message_stays_readable() -> None:
    """However long what it is about is."""
    [fault] = [fault for fault in examine(changed(("U0ALICE01", "x" * 10_000)))[1] if fault.is_error]
    assert len(fault.message) < 600
    [fault] = examine("x" * 10_000 + " = 1")[1]
    assert len(fault.path) < 70
