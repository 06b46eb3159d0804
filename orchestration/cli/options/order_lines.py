"""`--line sku:description:quantity:unit_price`, with the price in major units."""

import re
from collections.abc import Sequence

from orchestration.domain.currency import CURRENCIES, to_minor
from orchestration.domain.errors import FieldProblem

_PRICE = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?")
_QUOTED = 80
"""Letters of a wrong text that are repeated to whoever typed it."""
_QUANTITY = re.compile(r"-?[0-9]{1,9}")


def read_lines(texts: Sequence[str], currency: object, problems: list[FieldProblem]) -> list[object]:
    """Turn the options into lines of an order; what cannot be read goes to `problems`, a stand-in here."""
    return [_read_line(text, number, currency, problems) for number, text in enumerate(texts, start=1)]


def _read_line(text: str, number: int, currency: object, problems: list[FieldProblem]) -> object:
    def refuse(part: str | None, message: str) -> None:
        problems.append(FieldProblem(field=line_option(number, part), message=message))

    # The description in the middle may hold colons itself.
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


def line_option(number: int, part: str | None) -> str:
    """Name a line, counted from 1, and the part of it, as the user knows them."""
    return f"--line {number} ({part})" if part else f"--line {number}"


def _quoted(text: str) -> str:
    return repr(text if len(text) <= _QUOTED else f"{text[:_QUOTED]}...")
