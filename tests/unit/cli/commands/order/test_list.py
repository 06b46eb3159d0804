"""`list`: rows, pages and filters."""

import json

import pytest

from orchestration.cli.exit_codes import ExitCode
from orchestration.domain.order.status import OrderStatus
from orchestration.ports.orders import OrderPage
from tests.unit.cli.builders import order, row
from tests.unit.cli.fakes import FakeConnections, FakeDatabase, run

pytestmark = pytest.mark.usefixtures("zone_east_of_utc")


def test_list_prints_rows_for_pipes() -> None:
    """One line an order, tabs between the cells, and the next page's command apart from them."""
    hostile = order(customer="[red]Ωmega[/red] <!channel> :tada:")
    page = OrderPage((row(hostile), row(status=OrderStatus.FAILED)), "abc=")
    database = FakeDatabase(page_=page)
    result = run(
        FakeConnections(None, database), "list", "--status", "shipped", "--status", "FAILED", "--limit", "2"
    )
    assert result.exit_code == ExitCode.OK
    first, second = result.stdout.splitlines()
    assert first.split("\t")[:5] == ["ord-1", "SHIPPED", "996.00 EUR", hostile.customer, "U1"]
    assert second.split("\t")[1] == "FAILED"
    assert "list --status SHIPPED --status FAILED --limit 2 --cursor abc=" in result.stderr
    assert database.asked == [([OrderStatus.SHIPPED, OrderStatus.FAILED], None, 2)]


def test_list_pending_is_short_for_the_status() -> None:
    """And without either, all orders are asked for."""
    database = FakeDatabase()
    run(FakeConnections(None, database), "list", "--pending")
    result = run(FakeConnections(None, database), "list", "--json")
    assert [asked[0] for asked in database.asked] == [[OrderStatus.PENDING_MANUAL_APPROVAL], None]
    assert json.loads(result.stdout) == {"orders": [], "next_cursor": None}


@pytest.mark.parametrize(
    "arguments", [["--cursor", "bad"], ["--limit", "0"], ["--limit", "201"], ["--status", "LOST"]]
)
def test_list_refuses_what_makes_no_sense(arguments: list[str]) -> None:
    """Each with exit code 2."""
    result = run(FakeConnections(None, FakeDatabase()), "list", *arguments)
    assert result.exit_code == ExitCode.USAGE
    assert "Traceback" not in result.output
