"""The terminal's time zone."""

import time
from pathlib import Path

import pytest

from orchestration.cli.options import time_zone
from orchestration.cli.options.time_zone import terminal_zone


@pytest.mark.parametrize("named", ["Europe/Berlin", ":Europe/Berlin"])
def test_the_zone_that_tz_names(named: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the colon that POSIX allows."""
    monkeypatch.setenv("TZ", named)
    assert terminal_zone() == "Europe/Berlin"


@pytest.mark.parametrize("colon", ["", ":"])
def test_tz_may_be_a_file(colon: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The zone is named by its place below the folder zoneinfo."""
    monkeypatch.setenv("TZ", f"{colon}{_zone_file(tmp_path)}")
    assert terminal_zone() == "Asia/Tokyo"


def _zone_file(folder: Path) -> Path:
    file = folder / "zoneinfo" / "Asia" / "Tokyo"
    file.parent.mkdir(parents=True)
    file.touch()
    return file


def test_the_zone_that_the_machine_is_set_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the file that /etc/localtime leads to."""
    (tmp_path / "localtime").symlink_to(_zone_file(tmp_path))
    monkeypatch.setattr(time_zone, "LOCALTIME", tmp_path / "localtime")
    monkeypatch.delenv("TZ", raising=False)
    assert terminal_zone() == "Asia/Tokyo"


@pytest.mark.parametrize(
    ("posix", "name"), [("XXX-2", "Etc/GMT-2"), ("XXX5", "Etc/GMT+5"), ("XXX-5:30", "UTC")]
)
def test_a_zone_without_a_name(
    posix: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A POSIX rule in TZ counts, not the machine's zone; its offset may have a name."""
    (tmp_path / "localtime").symlink_to(_zone_file(tmp_path))
    monkeypatch.setattr(time_zone, "LOCALTIME", tmp_path / "localtime")
    monkeypatch.setenv("TZ", posix)
    time.tzset()
    try:
        assert terminal_zone() == name
    finally:
        monkeypatch.undo()
        time.tzset()
