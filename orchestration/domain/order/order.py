"""The order, what makes one well formed, and the closed table of its transitions."""

from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from orchestration.domain.errors import FieldProblem, OrderRefused
from orchestration.domain.fields import MAX_AMOUNT, ActorId, Name, OrderId, Tag, Text, _known_currency


class OrderLine(BaseModel):
    """One thing ordered; `unit_price` in minor units of the order's currency."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    sku: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]{0,63}$")]
    description: Name
    quantity: Annotated[int, Field(ge=1, le=1_000_000)]
    unit_price: Annotated[int, Field(ge=1, le=MAX_AMOUNT)]

    @property
    def total(self) -> int:
        """Minor units."""
        return self.quantity * self.unit_price


class Order(BaseModel):
    """What is being bought. `amount` is in minor units; left out, it is the sum of the lines."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    order_id: OrderId
    customer: Name
    lines: Annotated[tuple[OrderLine, ...], Field(min_length=1, max_length=100, strict=False)]
    currency: Annotated[str, AfterValidator(_known_currency)]
    requester: ActorId
    ship_to: Text
    payment_method: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")] = "pm_card"
    note: Text | None = None
    tags: Annotated[tuple[Tag, ...], Field(max_length=20, strict=False)] = ()
    """Words that the approval policy may look at."""
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
    """Read an order as it came from outside. Raises OrderRefused, with every field that is wrong."""
    try:
        return Order.model_validate(raw)
    except ValidationError as error:
        raise OrderRefused(problems_of(error)) from None


def problems_of(error: ValidationError) -> tuple[FieldProblem, ...]:
    """Say what pydantic found, field by field. A list is not blamed for what is wrong with its items."""
    found = error.errors(include_url=False, include_input=False)
    paths = [each["loc"] for each in found]
    return tuple(
        FieldProblem(
            field=".".join(map(str, each["loc"])) or "order",
            message=_WORDS.get(each["type"]) or each["msg"].removeprefix("Value error, "),
        )
        for each in found
        if not any(
            len(path) > len(each["loc"]) > 0 and path[: len(each["loc"])] == each["loc"] for path in paths
        )
    )


# Where pydantic's own words are about Python rather than about orders.
_WORDS = {
    "missing": "is required",
    "extra_forbidden": "is not a field of an order",
    "model_type": "must be a JSON object with the fields of an order",
    "too_short": "must have at least one item",
    "tuple_type": "must be a list",
}
