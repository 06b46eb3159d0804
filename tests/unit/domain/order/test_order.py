"""Which orders are well formed, and which transitions of their status are allowed."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.domain.currency import CURRENCIES, format_amount, to_major, to_minor
from orchestration.domain.errors import OrderRefused, TransitionNotAllowed
from orchestration.domain.fields import MAX_AMOUNT
from orchestration.domain.order.order import Order, parse_order
from orchestration.domain.order.status import TRANSITIONS, OrderStatus, check_transition, sources_of
from tests.support.orders import an_order, raw_order

LINE = {"sku": "A", "description": "B", "quantity": 1, "unit_price": 100}

# Words of the design, kept apart from the code that they check.
DESIGN = """
CREATED VALIDATED FAILED CANCELLED
VALIDATED PENDING_MANUAL_APPROVAL APPROVED CANCELLED
PENDING_MANUAL_APPROVAL APPROVED CANCELLED EXPIRED
APPROVED PAYMENT_CHARGED FAILED CANCELLED
PAYMENT_CHARGED SHIPPING FAILED CANCELLED
SHIPPING SHIPPED FAILED CANCELLED
SHIPPED
CANCELLED
EXPIRED
FAILED
"""


def test_the_transition_table_is_the_designs() -> None:
    """No step more, no step less."""
    table = {row.split()[0]: set(row.split()[1:]) for row in DESIGN.strip().splitlines()}
    assert {str(status): set(map(str, to)) for status, to in TRANSITIONS.items()} == table


@pytest.mark.parametrize("current", OrderStatus)
@pytest.mark.parametrize("to", OrderStatus)
def test_every_unlisted_step_raises(current: OrderStatus, to: OrderStatus) -> None:
    """And `sources_of` is the table read backwards."""
    assert (current in sources_of(to)) is (to in TRANSITIONS[current])
    if to in TRANSITIONS[current]:
        check_transition(current, to)
    else:
        with pytest.raises(TransitionNotAllowed):
            check_transition(current, to)


def test_the_amount_is_the_sum_of_the_lines() -> None:
    """Left out it is worked out; given, it has to agree."""
    assert an_order().amount == 120_000
    assert an_order(amount=120_000).amount == 120_000
    with pytest.raises(OrderRefused, match="amount is 1, and the lines add up to 120000"):
        parse_order(raw_order(amount=1))


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"lines": []}, "lines"),
        ({"lines": [LINE] * 101}, "lines"),
        ({"lines": "chairs"}, "lines"),
        ({"lines": [LINE | {"quantity": 0}]}, "lines.0.quantity"),
        ({"lines": [LINE | {"quantity": -1}]}, "lines.0.quantity"),
        ({"lines": [LINE | {"quantity": 1.5}]}, "lines.0.quantity"),
        ({"lines": [LINE | {"quantity": True}]}, "lines.0.quantity"),
        ({"lines": [LINE | {"unit_price": 0}]}, "lines.0.unit_price"),
        ({"lines": [LINE | {"unit_price": "100"}]}, "lines.0.unit_price"),
        ({"lines": [LINE | {"unit_price": MAX_AMOUNT + 1}]}, "lines.0.unit_price"),
        ({"lines": [LINE | {"unit_price": MAX_AMOUNT}] * 2}, "order"),
        ({"lines": [LINE | {"description": "x" * 201}]}, "lines.0.description"),
        ({"amount": -5}, "amount"),
        ({"currency": "EURO"}, "currency"),
        ({"currency": "eur"}, "currency"),
        ({"currency": None}, "currency"),
        ({"customer": ""}, "customer"),
        ({"customer": "   "}, "customer"),
        ({"customer": "x" * 10_000}, "customer"),
        ({"customer": "a\nb"}, "customer"),
        ({"customer": "a\x00b"}, "customer"),
        ({"customer": "abc\u202edef"}, "customer"),
        ({"ship_to": "\x1b[31mred"}, "ship_to"),
        ({"order_id": "../etc"}, "order_id"),
        ({"order_id": ""}, "order_id"),
        ({"requester": "<@U1>"}, "requester"),
        ({"note": "x" * 1001}, "note"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_a_malformed_field_is_named(fields: dict[str, Any], field: str) -> None:
    """The refusal says which field is wrong."""
    with pytest.raises(OrderRefused) as refused:
        parse_order(raw_order(**fields))
    assert [problem.field for problem in refused.value.problems] == [field]


def test_every_wrong_field_is_named_at_once() -> None:
    """So that nobody has to mend them one by one."""
    with pytest.raises(OrderRefused) as refused:
        parse_order(raw_order(currency="X", customer="", lines=[]))
    assert {problem.field for problem in refused.value.problems} == {"currency", "customer", "lines"}


@pytest.mark.parametrize("text", ["Müller & Söhne <b>", "<!channel> *bold*", "👩‍👩‍👧 family", "株式会社"])
def test_any_readable_text_is_welcome(text: str) -> None:
    """Escaping is the business of whoever shows it."""
    assert an_order(customer=text, note=text, ship_to=text).customer == text


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_rubbish_is_refused_and_never_crashes(raw: object) -> None:
    """Whatever JSON comes in."""
    with pytest.raises(OrderRefused):
        parse_order(raw)


def test_an_order_survives_its_own_json() -> None:
    """Temporal's history and the database hold it as JSON."""
    assert Order.model_validate_json(an_order(note="ok").model_dump_json()) == an_order(note="ok")


@given(st.integers(min_value=0, max_value=MAX_AMOUNT), st.sampled_from(sorted(CURRENCIES)))
def test_amounts_survive_major_units(amount: int, currency: str) -> None:
    """Minor to major and back."""
    assert to_minor(to_major(amount, currency), currency) == amount
    assert (
        to_minor(format_amount(amount, currency).removesuffix(f" {currency}").replace(",", ""), currency)
        == amount
    )


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        (120_050, "EUR", "1,200.50 EUR"),
        (1200, "JPY", "1,200 JPY"),
        (1, "KWD", "0.001 KWD"),
        (0, "USD", "0.00 USD"),
    ],
)
def test_amounts_read_with_their_currency(amount: int, currency: str, shown: str) -> None:
    """With the currency's own number of digits."""
    assert format_amount(amount, currency) == shown


@pytest.mark.parametrize("amount", ["1.234", "one", "NaN", "Infinity", ""])
def test_senseless_amounts_are_refused(amount: str) -> None:
    """With a sentence."""
    with pytest.raises(ValueError, match=r"EUR|amount"):
        to_minor(amount, "EUR")
