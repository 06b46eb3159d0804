"""What was typed into the form of `/order amend`: an amendment, or what is wrong with it by field. Pure."""

from collections.abc import Sequence

from pydantic import ValidationError

from bot.ids import FieldId
from bot.payloads.view_submissions import AmendmentSubmission, FieldsWrong, one_line, one_line_or_none
from orchestration.domain.actor import Actor, ActorKind, Surface
from orchestration.domain.errors import FieldProblem, OrderRefused
from orchestration.domain.order.amendment import AmendRequest, amended
from orchestration.domain.order.line_text import format_line, parse_lines
from orchestration.domain.order.order import Order, OrderLine, problems_of

MAX_LINES_TEXT = 3000
"""Characters of the field that the lines are changed in, by Slack's rules."""
_MAX_SAID = 3
"""Problems of one field that are told at once."""
_SKU = "must begin with a letter or a digit and consist of letters, digits and . _ / -, at most 64"
_UNCHANGED = "Nothing here is different from the order as it is."


def lines_text(order: Order) -> str | None:
    """Write the lines as they are typed; None if they do not fit into a field."""
    text = "\n".join(format_line(line, order.currency) for line in order.lines)
    return text if len(text) <= MAX_LINES_TEXT else None


def amendment(filled: AmendmentSubmission, order: Order, revision: int) -> AmendRequest:
    """Return what is to be changed of the order, which has this revision now. Raises FieldsWrong."""
    problems: dict[FieldId, str] = {}
    wanted: dict[str, object] = {}
    for field, read in (
        (FieldId.LINES, lambda: _lines(filled.lines, order.currency)),
        (FieldId.SHIP_TO, lambda: one_line(filled.ship_to, FieldId.SHIP_TO)),
        (FieldId.NOTE, lambda: one_line_or_none(filled.note, FieldId.NOTE)),
    ):
        try:
            wanted[_NAMES[field]] = read()
        except FieldsWrong as wrong:
            problems |= wrong.sentences
    if problems:
        raise FieldsWrong(problems)
    request = _request(filled, order, wanted)
    # Of an order that has changed meanwhile the workflow says so, whatever was typed.
    if filled.form.revision == revision:
        _check(request, order, filled)
    return request


_NAMES = {FieldId.LINES: "lines", FieldId.SHIP_TO: "ship_to", FieldId.NOTE: "note"}
_FIELDS = {name: field for field, name in _NAMES.items()}


def _lines(typed: str | None, currency: str) -> tuple[OrderLine, ...] | None:
    if typed is None:
        return None
    texts = [text for text in typed.replace("\r", "\n").split("\n") if text.strip()]
    if not texts:
        raise FieldsWrong({FieldId.LINES: "An order has at least one line."})
    raw, problems = parse_lines(texts, currency)
    if problems:
        raise FieldsWrong({FieldId.LINES: _sentence([str(each) for each in problems])})
    return _well_formed(raw)


def _well_formed(raw: Sequence[object]) -> tuple[OrderLine, ...]:
    lines: list[OrderLine] = []
    said: list[str] = []
    for number, each in enumerate(raw, start=1):
        try:
            lines.append(OrderLine.model_validate(each))
        except ValidationError as error:
            said += [f"line {number} ({one.field}): {_words(one)}" for one in problems_of(error)]
    if said:
        raise FieldsWrong({FieldId.LINES: _sentence(said)})
    return tuple(lines)


def _request(filled: AmendmentSubmission, order: Order, wanted: dict[str, object]) -> AmendRequest:
    # What stays as it is is not sent: the audit log then says what was changed.
    changes = {name: value for name, value in wanted.items() if value != getattr(order, name)}
    try:
        return AmendRequest.model_validate(
            {
                "amend_id": filled.request_id,
                "actor": Actor(kind=ActorKind.SLACK_USER, id=filled.user),
                "surface": Surface.MODAL,
                "amended_at": filled.at,
                "revision": filled.form.revision,
                **changes,
            }
        )
    except ValidationError as error:
        raise FieldsWrong(_by_field(problems_of(error), filled)) from None


def _check(request: AmendRequest, order: Order, filled: AmendmentSubmission) -> None:
    if request.lines is None and request.ship_to is None and request.note is None:
        raise FieldsWrong({_first(filled): _UNCHANGED})
    try:
        amended(order, request)
    except OrderRefused as refused:
        raise FieldsWrong(_by_field(refused.problems, filled)) from None


def _by_field(problems: Sequence[FieldProblem], filled: AmendmentSubmission) -> dict[FieldId, str]:
    """Say each problem at the field it is about, or at the first one."""
    said: dict[FieldId, list[str]] = {}
    for each in problems:
        name, _, rest = each.field.partition(".")
        where = f"{rest}: " if rest else ""
        said.setdefault(_FIELDS.get(name, _first(filled)), []).append(f"{where}{_words(each)}")
    return {field: _sentence(sentences) for field, sentences in said.items()}


def _first(filled: AmendmentSubmission) -> FieldId:
    return FieldId.SHIP_TO if filled.lines is None else FieldId.LINES


def _words(problem: FieldProblem) -> str:
    return _SKU if problem.field == "sku" and "pattern" in problem.message else problem.message


def _sentence(said: Sequence[str]) -> str:
    more = len(said) - _MAX_SAID
    return "; ".join(said[:_MAX_SAID]) + (f"; and {more} more" if more > 0 else "")
