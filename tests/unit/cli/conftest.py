"""Fixtures of the tests of the commands."""

import time
from collections.abc import Iterator

import pytest


@pytest.fixture
def zone_east_of_utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The terminal's time zone is an hour ahead of UTC."""
    monkeypatch.setenv("TZ", "XYZ-1")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()
