"""The content of an order, and the validation of orders that come from outside."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from orchestration.domain.errors import FieldProblem, OrderRefused
from orchestration.domain.fields import MAX_AMOUNT, ActorId, CurrencyCode, Name, OrderId, Tag, Text


class OrderLine(BaseModel):
    """One line of an order; `unit_price` is in minor units of the order's currency."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    sku: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]{0,63}$")]
    description: Name
    quantity: Annotated[int, Field(ge=1, le=1_000_000)]
    unit_price: Annotated[int, Field(ge=1, le=MAX_AMOUNT)]

    @property
    def total(self) -> int:
        """The price of the line, in minor units."""
        return self.quantity * self.unit_price


class Order(BaseModel):
    """An order. `amount` is in minor units; if it is left out, it is the sum of the lines."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    order_id: OrderId
    customer: Name
    lines: Annotated[tuple[OrderLine, ...], Field(min_length=1, max_length=100, strict=False)]
    currency: CurrencyCode
    requester: ActorId
    ship_to: Text
    payment_method: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")] = "pm_card"
    note: Text | None = None
    tags: Annotated[tuple[Tag, ...], Field(max_length=20, strict=False)] = ()
    """Words by which tiers of the approval policy can select the order."""
    amount: Annotated[int, Field(ge=0, le=MAX_AMOUNT)] = 0

    @model_validator(mode="after")
    def _amount_is_the_sum(self) -> Self:
        total = sum(line.total for line in self.lines)
        if total > MAX_AMOUNT:
            raise ValueError(f"the lines add up to {total}, and the most is {MAX_AMOUNT} minor units")
        if "amount" not in self.model_fields_set:
            object.__setattr__(self, "amount", total)
        elif self.amount != total:
            raise ValueError(f"amount is {self.amount}, and the lines add up to {total} minor units")
        return self


def parse_order(raw: object) -> Order:
    """Validate an order that comes from outside. Raises OrderRefused with every field that is wrong."""
    try:
        return Order.model_validate(raw)
    except ValidationError as error:
        raise OrderRefused(problems_of(error)) from None


def problems_of(error: ValidationError) -> tuple[FieldProblem, ...]:
    """Return pydantic's errors by field. A list has no error of its own if one of its items has."""
    found = error.errors(include_url=False, include_input=False)
    paths = [each["loc"] for each in found]
    return tuple(
        FieldProblem(
            field=".".join(map(str, each["loc"])) or "order",
            message=_MESSAGES.get(each["type"]) or each["msg"].removeprefix("Value error, "),
        )
        for each in found
        if not any(
            len(path) > len(each["loc"]) > 0 and path[: len(each["loc"])] == each["loc"] for path in paths
        )
    )


# Replaces messages of pydantic that speak of Python types.
_MESSAGES = {
    "missing": "is required",
    "extra_forbidden": "is not a field of an order",
    "model_type": "must be a JSON object with the fields of an order",
    "too_short": "must have at least one item",
    "tuple_type": "must be a list",
}
