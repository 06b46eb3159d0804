"""Order lines as people type them: ``sku:description:quantity:unit_price``, the price in major units."""

import re
from collections.abc import Sequence

from orchestration.domain.currency import CURRENCIES, to_major, to_minor
from orchestration.domain.errors import FieldProblem
from orchestration.domain.order.order import OrderLine

_PRICE = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?")
_QUANTITY = re.compile(r"-?[0-9]{1,9}")
_MAX_QUOTED = 80
"""Characters of a wrong text that an error message repeats."""


def parse_lines(texts: Sequence[str], currency: object) -> tuple[list[dict[str, object]], list[FieldProblem]]:
    """Parse each text into the fields of an `OrderLine`, and return what is wrong with them.

    A part that cannot be parsed is replaced by a valid value, so that the rest of the order can still be
    validated. A problem's field is "line 2" or "line 2 (quantity)"; lines are counted from 1.
    """
    problems: list[FieldProblem] = []
    return [_parse(text, number, currency, problems) for number, text in enumerate(texts, start=1)], problems


def format_line(line: OrderLine, currency: str) -> str:
    """Write a line in the form that `parse_lines` reads."""
    return f"{line.sku}:{line.description}:{line.quantity}:{to_major(line.unit_price, currency):f}"


def line_name(number: int, part: str | None) -> str:
    """Name a line, counted from 1, and the part of it, for an error message."""
    return f"line {number} ({part})" if part else f"line {number}"


def _parse(text: str, number: int, currency: object, problems: list[FieldProblem]) -> dict[str, object]:
    def refuse(part: str | None, message: str) -> None:
        problems.append(FieldProblem(field=line_name(number, part), message=message))

    # The description may contain colons, so the other parts are cut off from both ends.
    sku, first, rest = text.partition(":")
    parts = rest.rsplit(":", 2)
    line: dict[str, object] = {"sku": "unread", "description": "unread", "quantity": 1, "unit_price": 1}
    if not first or len(parts) != 3:
        refuse(
            None,
            f"{_quoted(text)} must be sku:description:quantity:unit_price, "
            "as in CHAIR-9:Office chair:4:249.00",
        )
        return line
    description, quantity, price = parts[0], parts[1].strip(), parts[2].strip()
    line |= {"sku": sku.strip(), "description": description}
    if _QUANTITY.fullmatch(quantity):
        line["quantity"] = int(quantity)
    else:
        refuse("quantity", f"{_quoted(quantity)} is not a whole number")
    if not _PRICE.fullmatch(price):
        refuse("unit_price", f"{_quoted(price)} is not an amount in major units such as 249.00")
    elif isinstance(currency, str) and currency in CURRENCIES:
        try:
            line["unit_price"] = to_minor(price, currency)
        except ValueError as error:
            refuse("unit_price", str(error))
    return line


def _quoted(text: str) -> str:
    return repr(text if len(text) <= _MAX_QUOTED else f"{text[:_MAX_QUOTED]}...")
