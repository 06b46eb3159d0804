"""The fields of an order."""

from datetime import timedelta

from orchestration.cli.output.order import time_left


def test_the_deadline_says_how_long_is_left() -> None:
    """Rounded down to what matters."""
    assert time_left(timedelta(days=2, hours=3, minutes=4)) == "in 2 d 3 h"
    assert time_left(timedelta(hours=3, minutes=4)) == "in 3 h 4 min"
    assert time_left(timedelta(seconds=61)) == "in 1 min"
    assert time_left(timedelta(seconds=-1)) == "over"
