"""Turns the texts of the `/order amend` modal into an amendment, or into a sentence for each wrong field.

Pure functions: no call to Slack, Temporal or the database.
"""

from collections.abc import Sequence

from pydantic import ValidationError

from bot.ids import FieldId
from bot.payloads.view_submissions.amendment import AmendmentSubmission
from bot.payloads.view_submissions.text_fields import FieldErrors, one_line, one_line_or_none
from orchestration.domain.actor import Actor, ActorKind, Surface
from orchestration.domain.errors import FieldProblem, OrderRefused
from orchestration.domain.order.amendment import AmendRequest, amended
from orchestration.domain.order.line_text import format_line, parse_lines
from orchestration.domain.order.order import Order, OrderLine, problems_of

MAX_LINES_TEXT = 3000
"""Characters of the field for the order's lines, by Slack's rules."""
_MAX_PROBLEMS = 3
"""Problems that are listed at one field; the others are counted."""
_SKU = "must begin with a letter or a digit and consist of letters, digits and . _ / -, at most 64"
_UNCHANGED = "Nothing here is different from the order as it is."


def format_lines(order: Order) -> str | None:
    """Return the order's lines as a user types them; None if they are too long for a field."""
    text = "\n".join(format_line(line, order.currency) for line in order.lines)
    return text if len(text) <= MAX_LINES_TEXT else None


def parse_amendment(submission: AmendmentSubmission, order: Order, revision: int) -> AmendRequest:
    """Return the changes to the order. `revision` is the order's present one. Raises FieldErrors."""
    problems: dict[FieldId, str] = {}
    values: dict[str, object] = {}
    for field, read in (
        (FieldId.LINES, lambda: _lines(submission.lines, order.currency)),
        (FieldId.SHIP_TO, lambda: one_line(submission.ship_to, FieldId.SHIP_TO)),
        (FieldId.NOTE, lambda: one_line_or_none(submission.note, FieldId.NOTE)),
    ):
        try:
            values[_NAMES[field]] = read()
        except FieldErrors as wrong:
            problems |= wrong.sentences
    if problems:
        raise FieldErrors(problems)
    request = _request(submission, order, values)
    # If the order has changed since the modal was opened, the workflow refuses the amendment.
    if submission.metadata.revision == revision:
        _check(request, order, submission)
    return request


_NAMES = {FieldId.LINES: "lines", FieldId.SHIP_TO: "ship_to", FieldId.NOTE: "note"}
_FIELDS = {name: field for field, name in _NAMES.items()}


def _lines(text: str | None, currency: str) -> tuple[OrderLine, ...] | None:
    if text is None:
        return None
    texts = [line for line in text.replace("\r", "\n").split("\n") if line.strip()]
    if not texts:
        raise FieldErrors({FieldId.LINES: "An order has at least one line."})
    raw, problems = parse_lines(texts, currency)
    if problems:
        raise FieldErrors({FieldId.LINES: _join([str(each) for each in problems])})
    return _validated(raw)


def _validated(raw: Sequence[object]) -> tuple[OrderLine, ...]:
    lines: list[OrderLine] = []
    found: list[str] = []
    for number, each in enumerate(raw, start=1):
        try:
            lines.append(OrderLine.model_validate(each))
        except ValidationError as error:
            found += [f"line {number} ({one.field}): {_message(one)}" for one in problems_of(error)]
    if found:
        raise FieldErrors({FieldId.LINES: _join(found)})
    return tuple(lines)


def _request(submission: AmendmentSubmission, order: Order, values: dict[str, object]) -> AmendRequest:
    # Unchanged fields are left out, so that the audit log shows only what was changed.
    changes = {name: value for name, value in values.items() if value != getattr(order, name)}
    try:
        return AmendRequest.model_validate(
            {
                "amend_id": submission.request_id,
                "actor": Actor(kind=ActorKind.SLACK_USER, id=submission.user),
                "surface": Surface.MODAL,
                "amended_at": submission.at,
                "revision": submission.metadata.revision,
                **changes,
            }
        )
    except ValidationError as error:
        raise FieldErrors(_by_field(problems_of(error), submission)) from None


def _check(request: AmendRequest, order: Order, submission: AmendmentSubmission) -> None:
    if request.lines is None and request.ship_to is None and request.note is None:
        raise FieldErrors({_first_field(submission): _UNCHANGED})
    try:
        amended(order, request)
    except OrderRefused as refused:
        raise FieldErrors(_by_field(refused.problems, submission)) from None


def _by_field(problems: Sequence[FieldProblem], submission: AmendmentSubmission) -> dict[FieldId, str]:
    """Return the sentence for each field. A problem of no known field is shown at the first field."""
    found: dict[FieldId, list[str]] = {}
    for each in problems:
        name, _, rest = each.field.partition(".")
        where = f"{rest}: " if rest else ""
        found.setdefault(_FIELDS.get(name, _first_field(submission)), []).append(f"{where}{_message(each)}")
    return {field: _join(sentences) for field, sentences in found.items()}


def _first_field(submission: AmendmentSubmission) -> FieldId:
    return FieldId.SHIP_TO if submission.lines is None else FieldId.LINES


def _message(problem: FieldProblem) -> str:
    return _SKU if problem.field == "sku" and "pattern" in problem.message else problem.message


def _join(found: Sequence[str]) -> str:
    more = len(found) - _MAX_PROBLEMS
    return "; ".join(found[:_MAX_PROBLEMS]) + (f"; and {more} more" if more > 0 else "")
