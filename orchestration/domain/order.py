"""The order, what makes one well formed, and the closed table of its transitions."""

import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from orchestration.domain.currency import CURRENCIES
from orchestration.domain.errors import FieldProblem, OrderRefused, TransitionNotAllowed


class OrderStatus(StrEnum):
    """Where an order stands; `TRANSITIONS` says what may follow what."""

    CREATED = "CREATED"
    VALIDATED = "VALIDATED"
    PENDING_MANUAL_APPROVAL = "PENDING_MANUAL_APPROVAL"
    APPROVED = "APPROVED"
    PAYMENT_CHARGED = "PAYMENT_CHARGED"
    SHIPPING = "SHIPPING"
    SHIPPED = "SHIPPED"
    CANCELLED = "CANCELLED"
    EXPIRED = "EXPIRED"
    FAILED = "FAILED"

    @property
    def is_final(self) -> bool:
        """Whether nothing follows."""
        return not TRANSITIONS[self]


_S = OrderStatus
TRANSITIONS: Mapping[OrderStatus, frozenset[OrderStatus]] = MappingProxyType(
    {
        _S.CREATED: frozenset({_S.VALIDATED, _S.FAILED, _S.CANCELLED}),
        _S.VALIDATED: frozenset({_S.PENDING_MANUAL_APPROVAL, _S.APPROVED, _S.CANCELLED}),
        _S.PENDING_MANUAL_APPROVAL: frozenset({_S.APPROVED, _S.CANCELLED, _S.EXPIRED}),
        _S.APPROVED: frozenset({_S.PAYMENT_CHARGED, _S.FAILED, _S.CANCELLED}),
        _S.PAYMENT_CHARGED: frozenset({_S.SHIPPING, _S.FAILED, _S.CANCELLED}),
        _S.SHIPPING: frozenset({_S.SHIPPED, _S.FAILED, _S.CANCELLED}),
        _S.SHIPPED: frozenset(),
        _S.CANCELLED: frozenset(),
        _S.EXPIRED: frozenset(),
        _S.FAILED: frozenset(),
    }
)


def check_transition(current: OrderStatus, to: OrderStatus) -> None:
    """Raise TransitionNotAllowed unless `to` may follow `current`."""
    if to not in TRANSITIONS[current]:
        raise TransitionNotAllowed(f"an order that is {current} cannot become {to}")


def sources_of(to: OrderStatus) -> tuple[OrderStatus, ...]:
    """Every status from which `to` may be reached in one step."""
    return tuple(status for status, targets in TRANSITIONS.items() if to in targets)


# Control and formatting characters can fake a line of a card or turn its direction; the joiner (U+200D) and
# the variation selectors that emoji are made of are not among the refused ones.
_REFUSED = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


def _readable(text: str) -> str:
    text = text.strip()
    if not text:
        raise ValueError("must not be empty")
    if any(c in _REFUSED or unicodedata.category(c) in {"Cc", "Cs"} for c in text):
        raise ValueError("must be one line of text without control or direction characters")
    return text


def _known_currency(code: str) -> str:
    if code not in CURRENCIES:
        raise ValueError(f"{code!r} is not an ISO 4217 currency code such as EUR or USD")
    return code


MAX_AMOUNT = 10**12
"""Minor units. Ten billion in most currencies: more is a slip of the keyboard, not an order."""

Name = Annotated[str, Field(max_length=200), AfterValidator(_readable)]
Text = Annotated[str, Field(max_length=1000), AfterValidator(_readable)]
OrderId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]
ActorId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:@-]{0,63}$")]
"""A Slack user id, or the name of a service or an operator."""


Tag = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]


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
