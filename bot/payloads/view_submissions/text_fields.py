"""Checks the texts that users type into modals, and the error that shows a sentence at each wrong field."""

from pydantic import TypeAdapter, ValidationError

from bot.ids import FieldId
from orchestration.domain.fields import Text

_TEXT: TypeAdapter[str] = TypeAdapter(Text)


class FieldErrors(Exception):
    """One or more fields of a modal cannot be accepted. `sentences` says why, for the user, by field."""

    def __init__(self, sentences: dict[FieldId, str]) -> None:
        super().__init__("; ".join(f"{field}: {sentence}" for field, sentence in sentences.items()))
        self.sentences = sentences


def one_line_or_none(typed: str, field: FieldId) -> str | None:
    """Return `one_line`, or None if nothing was typed. Raises FieldErrors."""
    return one_line(typed, field) if typed.strip() else None


def one_line(typed: str, field: FieldId) -> str:
    """Join the typed lines into one. Raises FieldErrors for a text that the domain would refuse."""
    text = " ".join(typed.split())
    try:
        return _TEXT.validate_python(text)
    except ValidationError:
        raise FieldErrors({field: _why_not(text)}) from None


def _why_not(text: str) -> str:
    if not text:
        return "Please write something here."
    if len(text) > 1000:
        return f"Please keep it to 1,000 characters; this has {len(text):,}."
    return "There is a character in it that cannot be shown (a control or direction character). Remove it."
