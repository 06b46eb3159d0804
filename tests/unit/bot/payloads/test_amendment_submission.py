"""The submitted modal of an amendment is parsed, and the order's lines are written for it."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.ids import FieldId
from bot.payloads.view_submissions.amendment import AmendmentSubmission
from bot.payloads.view_submissions.amendment_changes import MAX_LINES_TEXT, format_lines, parse_amendment
from bot.payloads.view_submissions.private_metadata import AmendModalMetadata
from bot.payloads.view_submissions.text_fields import FieldErrors
from orchestration.domain.currency import CURRENCIES
from orchestration.domain.order.amendment import AmendRequest, amended
from orchestration.domain.order.order import Order
from tests.support.orders import an_order
from tests.unit.bot import strategies

NOW = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)


def filled(lines: str | None, ship_to: str, note: str, revision: int = 1) -> AmendmentSubmission:
    """A submitted form."""
    form = AmendModalMetadata(order_id="ord-1", revision=revision, channel="C0GENERAL")
    return AmendmentSubmission(
        metadata=form, lines=lines, ship_to=ship_to, note=note, user="U0BOB0001", request_id="r-1", at=NOW
    )


def attempt(form: AmendmentSubmission, order: Order) -> tuple[AmendRequest | None, dict[FieldId, str]]:
    """Return the amendment, or what is said at the fields; the order has revision 1."""
    try:
        return parse_amendment(form, order, 1), {}
    except FieldErrors as wrong:
        return None, wrong.sentences


line = st.fixed_dictionaries(
    {
        "sku": st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,20}", fullmatch=True),
        "description": st.sampled_from(["Office chair", "a:b:c", "1:2", ":", "Stühle, 4 Stück", "👩‍👩‍👧‍👦"]),
        "quantity": st.integers(1, 10**4),
        "unit_price": st.integers(1, 10**6),
    }
)


@given(st.lists(line, min_size=1, max_size=30), st.sampled_from(sorted(CURRENCIES)))
def test_lines_are_read_as_they_were_written(lines: list[dict[str, object]], currency: str) -> None:
    """In any currency, whatever is in the description; a form that nobody touched changes nothing."""
    order = an_order(lines=lines, currency=currency)
    typed = format_lines(order)
    if typed is None:
        return
    assert len(typed) <= MAX_LINES_TEXT
    elsewhere = filled(typed, "Elsewhere", "")
    request = parse_amendment(elsewhere, order, 1)
    assert request.lines is None  # read back, they are the same
    assert request.ship_to == "Elsewhere"


@given(
    st.none() | strategies.words | st.text(alphabet="A1:.\n \u202e", max_size=60),
    strategies.words,
    st.just("") | strategies.words,
    st.integers(1, 2),
)
def test_anything_typed_is_an_amendment_of_the_order_or_wrong_somewhere(
    lines: str | None, ship_to: str, note: str, revision: int
) -> None:
    """What is sent is what the workflow would take; and each sentence is at a field that the form has."""
    order = an_order()
    request, said = attempt(filled(lines, ship_to, note, revision), order)
    if request is None:
        assert said
        assert all(said.values())
        assert FieldId.LINES not in said or lines is not None
    elif revision == 1:
        assert isinstance(amended(order, request), Order)


def test_only_what_differs_is_sent() -> None:
    """The audit log then says what was changed; an empty note changes nothing, since what is None stays."""
    order = an_order(note="as it was")
    request = parse_amendment(filled(format_lines(order), order.ship_to, "another note"), order, 1)
    assert (request.lines, request.ship_to, request.note) == (None, None, "another note")
    unchanged, said = attempt(filled(format_lines(order), order.ship_to, ""), order)
    assert unchanged is None
    assert list(said) == [FieldId.LINES]
