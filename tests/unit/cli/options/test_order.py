"""The options and the file of `start-workflow`: what makes an order, and how it is refused."""

import json
from pathlib import Path

import pytest

from orchestration.cli.exit_codes import ExitCode
from tests.unit.cli.builders import ORDER_OPTIONS, order
from tests.unit.cli.fakes import FakeConnections, run, workflows_of


def test_options_make_the_order() -> None:
    """Prices are in major units; a description may hold colons."""
    connections = FakeConnections()
    arguments = [*ORDER_OPTIONS, "--line", "BOOK:Dune: Messiah:2:1.5", "--currency", "KWD", "--note", "soon"]
    result = run(
        connections, "start-workflow", *arguments, "--payment-method", "pm_x", "--run-timeout", "1h30m"
    )
    assert result.exit_code == ExitCode.OK
    [(started, run_timeout)] = workflows_of(connections).orders
    assert [line.unit_price for line in started.lines] == [249_000, 1_500]
    assert started.lines[1].description == "Dune: Messiah"
    assert (started.note, started.payment_method, started.currency) == ("soon", "pm_x", "KWD")
    assert run_timeout is not None
    assert run_timeout.total_seconds() == 5400


def test_a_forgotten_customer_is_not_filled_in_from_the_sample() -> None:
    """Once something is said about the order, everything must be."""
    connections = FakeConnections()
    result = run(connections, "start-workflow", "--line", "A:b:1:2")
    assert result.exit_code == ExitCode.USAGE
    assert "--customer: is required" in result.stderr
    assert "--ship-to: is required" in result.stderr
    assert not workflows_of(connections).orders


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--line", "nonsense"], "--line 2: 'nonsense' must be sku:description:quantity:unit_price"),
        (["--line", "A:b:two:1"], "--line 2 (quantity): 'two' is not a whole number"),
        (["--line", "A:b:0:1"], "--line 2 (quantity): Input should be greater than or equal to 1"),
        (["--line", "A:b:1:-5"], "--line 2 (unit_price): Input should be greater than or equal to 1"),
        (["--line", "A:b:1:0.005"], "--line 2 (unit_price): EUR has 2 decimal places"),
        (["--line", "A:b:1:1e999999999"], "--line 2 (unit_price): '1e999999999' is not an amount"),
        (["--line", "A:b:1:٣"], "--line 2 (unit_price): '٣' is not an amount"),
        (["--line", "A:b:1000000:999999999999"], "--line 2 (unit_price): Input should be less"),
        (["--line", "A:b:1000000:9999999"], "order: the lines add up to"),
        (["--line", "-A:b:1:1"], "--line 2 (sku): must begin with a letter or a digit"),
        (["--currency", "DUCATS"], "--currency: 'DUCATS' is not an ISO 4217 currency code"),
        (["--customer", "x" * 10_000], "--customer: String should have at most 200 characters"),
        (["--customer", "a\x1b[31mb"], "--customer: must be one line of text without control"),
        (["--note", "\u202eevil"], "--note: must be one line of text"),
        (["--requester", "a b"], "--requester: must begin with a letter or a digit and consist of"),
        (["--order-id", "x/y"], "--order-id: must begin with a letter"),
        (["--payment-method", ""], "--payment-method: must begin with a letter"),
    ],
)
def test_a_malformed_order_is_refused_field_by_field(arguments: list[str], expected: str) -> None:
    """Fields are named as the options are, and nothing is started."""
    connections = FakeConnections()
    result = run(connections, "start-workflow", *ORDER_OPTIONS, *arguments)
    assert result.exit_code == ExitCode.USAGE
    assert expected in result.stderr
    assert "Traceback" not in result.stderr
    assert not workflows_of(connections).orders


def test_markup_and_emoji_are_ordinary_text() -> None:
    """What means something to Slack or to Rich means nothing here."""
    connections = FakeConnections()
    words = "[red]<!channel>[/red] 👩‍🚀 *bold* :tada:"
    result = run(connections, "start-workflow", *ORDER_OPTIONS, "--customer", words)
    assert result.exit_code == ExitCode.OK
    assert words in result.stdout


def test_file_is_the_order_and_options_override_it(tmp_path: Path) -> None:
    """Prices in the file are in minor units, as everywhere in JSON."""
    file = tmp_path / "order.json"
    file.write_text(json.dumps(order().model_dump(mode="json")))
    connections = FakeConnections()
    result = run(
        connections, "start-workflow", "--file", str(file), "--customer", "Other", "--line", "A:b:1:2.00"
    )
    assert result.exit_code == ExitCode.OK
    [(started, _)] = workflows_of(connections).orders
    assert (started.order_id, started.customer, started.amount) == ("ord-1", "Other", 200)


def test_file_may_be_standard_input() -> None:
    """`--file -` reads the order from a pipe."""
    connections = FakeConnections()
    content = order().model_dump_json(exclude={"amount", "order_id"}).encode()
    result = run(connections, "start-workflow", "--file", "-", stdin=content)
    assert result.exit_code == ExitCode.OK
    [(started, _)] = workflows_of(connections).orders
    assert started.amount == 99_600


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"{", "is not JSON: "),
        (b"[]", "must hold one JSON object"),
        (b"\xff\xfe\x00", "is not JSON"),
        (b"[" * 100_000, "is not JSON"),
        (b"1" * 2_000_000, "is larger than"),
        (b'{"lines": [], "amount": NaN, "foo": 1}', "foo: is not a field of an order"),
        (b'{"customer": "\\ud800"}', "--customer: "),
        (b'{"lines": [{"quantity": "4"}]}', "--line 1 (quantity): Input should be a valid integer"),
        (
            b'{"lines": [{"quantity": true}], "amount": 3}',
            "--line 1 (quantity): Input should be a valid integer",
        ),
        (b'{"lines": {"0": 1}}', "--line: "),
    ],
)
def test_a_bad_file_is_refused_with_a_sentence(tmp_path: Path, content: bytes, expected: str) -> None:
    """Whatever the bytes, the answer is words and exit code 2."""
    file = tmp_path / "order.json"
    file.write_bytes(content)
    connections = FakeConnections()
    result = run(connections, "start-workflow", "--file", str(file))
    assert result.exit_code == ExitCode.USAGE, result.output
    assert expected in result.stderr
    assert not workflows_of(connections).orders


def test_a_file_that_is_not_there_is_named() -> None:
    """Not found is a usage error."""
    result = run(FakeConnections(), "start-workflow", "--file", "/nowhere/order.json")
    assert result.exit_code == ExitCode.USAGE
    assert "/nowhere/order.json cannot be read: No such file" in result.stderr
