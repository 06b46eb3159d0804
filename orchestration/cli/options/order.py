"""Builds an order from options and a JSON file; problems are named as the options are."""

import json
import secrets
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from orchestration.cli.errors import UsageError
from orchestration.cli.options.order_lines import line_option, parse_line_options
from orchestration.domain.errors import FieldProblem, OrderRefused
from orchestration.domain.order.order import Order, parse_order

_MAX_FILE_SIZE = 1_000_000
"""Bytes; the largest valid order is far smaller."""
_ID_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
"""Without 0, 1, i, l and o, which are easily confused."""

SAMPLE: dict[str, object] = {
    "customer": "Blue Harbor Books",
    "currency": "EUR",
    "lines": [{"sku": "CHAIR-9", "description": "Office chair", "quantity": 5, "unit_price": 24_900}],
    "ship_to": "Quay 12, 20457 Hamburg, Germany",
    "note": "Sample order made by the command line",
}
"""Costs 1,245.00 EUR, which needs approval under the default policy."""


@dataclass(frozen=True, slots=True)
class OrderOptions:
    """The options of `start-workflow` that describe the order; None for those that were not given."""

    order_id: str | None = None
    customer: str | None = None
    currency: str | None = None
    requester: str | None = None
    lines: Sequence[str] = ()
    ship_to: str | None = None
    payment_method: str | None = None
    note: str | None = None
    file: str | None = None

    @property
    def is_sample(self) -> bool:
        """Whether no option says what is ordered; the sample order is then started."""
        content = (self.file, self.customer, self.currency, self.ship_to, self.payment_method)
        return not self.lines and all(part is None for part in content)


def new_order_id() -> str:
    """Return a new random order id."""
    return "ord-" + "".join(secrets.choice(_ID_ALPHABET) for _ in range(8))


def read_order(options: OrderOptions) -> Order:
    """Build the order. Raises OrderRefused with every problem, or UsageError if the file cannot be read."""
    raw = _base(options)
    given = {
        "order_id": options.order_id,
        "customer": options.customer,
        "currency": options.currency,
        "requester": options.requester,
        "ship_to": options.ship_to,
        "payment_method": options.payment_method,
        "note": options.note,
    }
    raw |= {name: value for name, value in given.items() if value is not None}
    problems: list[FieldProblem] = []
    if options.lines:
        raw.pop("amount", None)
        raw["lines"], problems = parse_line_options(options.lines, raw.get("currency"))
    raw.setdefault("order_id", new_order_id())
    raw.setdefault("requester", "cli")
    try:
        order = parse_order(raw)
    except OrderRefused as error:
        found = [_named_as_option(problem) for problem in error.problems]
        # Parts of a line that could not be parsed were replaced by valid values, so no problem appears twice.
        raise OrderRefused((*problems, *found)) from None
    if problems:
        raise OrderRefused(tuple(problems))
    return order


def _base(options: OrderOptions) -> dict[str, object]:
    if options.file is not None:
        return _read_file(options.file)
    return dict(SAMPLE) if options.is_sample else {"currency": "EUR"}


def _read_file(name: str) -> dict[str, object]:
    shown = "standard input" if name == "-" else name
    try:
        if name == "-":
            content = sys.stdin.buffer.read(_MAX_FILE_SIZE + 1)
        else:
            with Path(name).open("rb") as file:
                content = file.read(_MAX_FILE_SIZE + 1)
    except (OSError, ValueError) as error:
        raise UsageError(f"--file: {shown} cannot be read: {getattr(error, 'strerror', error)}") from None
    if len(content) > _MAX_FILE_SIZE:
        raise UsageError(f"--file: {shown} is larger than {_MAX_FILE_SIZE:,} bytes; no order is")
    try:
        raw = json.loads(content)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise UsageError(f"--file: {shown} is not JSON: {error.msg} at {where}") from None
    except (UnicodeDecodeError, RecursionError, ValueError):
        raise UsageError(f"--file: {shown} is not JSON that an order could be read from") from None
    if not isinstance(raw, dict):
        raise UsageError(f"--file: {shown} must hold one JSON object, the order")
    return raw


_ALLOWED = {
    "order_id": "letters, digits, - and _, at most 64",
    "requester": "letters, digits and . _ : @ -, at most 64",
    "payment_method": "letters, digits, - and _, at most 64",
    "sku": "letters, digits and . _ / -, at most 64",
}
"""Descriptions of the fields' patterns; every such field begins with a letter or a digit."""
_FIELDS_WITH_OPTION = {
    "order_id",
    "customer",
    "currency",
    "requester",
    "ship_to",
    "payment_method",
    "note",
}


def _named_as_option(problem: FieldProblem) -> FieldProblem:
    name, _, rest = problem.field.partition(".")
    index, _, part = rest.partition(".")
    if name in _FIELDS_WITH_OPTION:
        option = "--" + name.replace("_", "-")
    elif name == "lines":
        option = line_option(int(index) + 1, part or None) if index.isdigit() else "--line"
    else:
        option = problem.field
    message = problem.message
    allowed = _ALLOWED.get(part or name)
    if allowed and message.startswith("String should match"):
        message = f"must begin with a letter or a digit and consist of {allowed}"
    return FieldProblem(field=option, message=message)
