"""Validates TOML values against the schema, with messages for authors of policy files."""

from collections.abc import Mapping
from difflib import get_close_matches

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from orchestration.policy_file.findings import Findings
from orchestration.policy_file.schema import (
    EscalationTable,
    HoursTable,
    OperatorsTable,
    PolicyTable,
    RemindersTable,
    TierTable,
)
from orchestration.policy_file.toml_lines import Path

_WORDS = {
    "missing": "is missing",
    "string_type": "must be text in quotes",
    "bool_type": "must be true or false, without quotes",
    "int_type": "must be a whole number, without quotes",
    "dict_type": "must be a table, with a name and a value on each line",
    "model_type": "must be a table, with a name and a value on each line",
    "date_type": "must be a date without quotes, such as 2026-12-25",
    "too_short": "must have at least one entry",
    "string_too_short": "must not be empty",
}


def read(document: Mapping[str, object], findings: Findings) -> PolicyTable | None:
    """Validate each setting by itself. None: some are wrong, so that the other checks are skipped."""
    try:
        return PolicyTable.model_validate(document)
    except ValidationError as error:
        for each in error.errors(include_url=False):
            findings.error(*_described(each))
        return None


def _described(error: ErrorDetails) -> tuple[Path, str]:
    path, kind, context = error["loc"], error["type"], error.get("ctx", {})
    if path and path[-1] == "[key]":
        return path[
            :-1
        ], "a name must consist of at most 40 letters, digits, - and _, and begin with a letter or digit"
    if kind == "extra_forbidden":
        return path, _unknown(path)
    if kind in {"greater_than_equal", "less_than_equal"}:
        return (
            path,
            f"must be {'at least' if 'ge' in context else 'at most'} {context.get('ge', context.get('le'))}",
        )
    if kind in {"string_too_long", "too_long"}:
        return path, f"must have at most {context['max_length']} characters"
    if kind in {"enum", "literal_error"}:
        return path, f"must be one of {context['expected']}"
    if isinstance(error["input"], dict) and path[-1] in {"tiers", "refund-tiers", "escalations"}:
        return path, "is a list of tables; write its heading in double brackets, such as [[tiers]]"
    return path, _WORDS.get(kind) or error["msg"].removeprefix("Value error, ")


def _unknown(path: Path) -> str:
    known = sorted(field.alias or name for name, field in _model_at(path[:-1]).model_fields.items())
    close = get_close_matches(str(path[-1]), known, n=1)
    hint = f'; did you mean "{close[0]}"?' if close else ""
    return f"there is no such setting{hint} (known here: {', '.join(known)})"


def _model_at(path: Path) -> type[BaseModel]:
    match path:
        case ("operators",):
            return OperatorsTable
        case ("hours", _):
            return HoursTable
        case (_, int()):
            return TierTable
        case (_, int(), "reminders"):
            return RemindersTable
        case (_, int(), "escalations", int()):
            return EscalationTable
        case _:
            return PolicyTable
