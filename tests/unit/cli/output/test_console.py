"""Output for a terminal has colours and tables; output for a pipe does not."""

import re
from io import StringIO

import pytest
from rich.console import Console

from orchestration.cli.orders.snapshot import snapshot_from_view
from orchestration.cli.output.console import Output
from orchestration.cli.output.order import print_order
from orchestration.domain.order.status import OrderStatus
from orchestration.domain.sanitize import sanitize
from tests.unit.cli.builders import execution, view

pytestmark = pytest.mark.usefixtures("zone_east_of_utc")


def test_a_terminal_gets_colour_and_no_commands_from_the_order() -> None:
    """The escape sequences in it are Rich's own; the order's text stays text."""
    screen = StringIO()
    console = Console(file=screen, force_terminal=True, width=100, markup=False, highlight=False, emoji=False)
    out = Output(as_json=False, stdout=console, stderr=console)
    hostile = view(
        OrderStatus.FAILED, reason="[bold]x[/bold] \x1b]0;owned\x07 \u202e :tada:", waiting_for=None
    )
    print_order(out, snapshot_from_view(hostile, execution()))
    shown = screen.getvalue()
    assert "\x1b[31mFAILED" in shown
    assert "[bold]x[/bold]" in shown
    assert ":tada:" in shown
    assert not re.search("\x1b]|\x07|\u202e", shown)
    out.print_table(("Order", "Customer"), [["\x1b[2Jord-1", "x"]], wrap="Customer")
    assert "\x1b[2J" not in screen.getvalue()


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [("a\nb\tc", "a b c"), ("\x9b31m", "\ufffd31m"), ("👩‍🚀", "👩‍🚀"), ("\u2028", "\ufffd")],
)
def test_clean(text: str, cleaned: str) -> None:
    """Line breaks become spaces, commands become a mark, emoji stay whole."""
    assert sanitize(text) == cleaned
