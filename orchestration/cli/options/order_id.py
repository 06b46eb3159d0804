"""The argument ORDER_ID, which most commands take."""

from typing import Annotated

import typer
from pydantic import TypeAdapter, ValidationError

from orchestration.domain.fields import OrderId

_ORDER_ID: TypeAdapter[str] = TypeAdapter(OrderId)


def parse_order_id(text: str) -> str:
    """Validate an order id. Raises typer.BadParameter."""
    try:
        return _ORDER_ID.validate_python(text)
    except ValidationError:
        raise typer.BadParameter(f"{text!r} is not an order id; those look like ord-7k3m9q2x") from None


OrderIdArgument = Annotated[
    str, typer.Argument(metavar="ORDER_ID", parser=parse_order_id, help="As start-workflow printed it.")
]
