"""Prints the verdict on a decision or a request."""

from collections.abc import Mapping

from orchestration.cli.exit_codes import ExitCode
from orchestration.cli.output.console import Output
from orchestration.cli.output.times import utc_time
from orchestration.domain.approval.verdict import Outcome, Verdict


def print_verdict(out: Output, verdict: Verdict, sentence: str, document: Mapping[str, object]) -> ExitCode:
    """Print the sentence, and `document` with the verdict's own fields added; return the exit code."""
    if verdict.kind.is_accepted:
        out.print(sentence, "green" if verdict.kind.is_settled else "yellow")
    else:
        out.info(sentence, "red")
    out.print_json(
        {
            **document,
            "verdict": verdict.kind.value,
            "accepted": verdict.kind.is_accepted,
            "settled": verdict.kind.is_settled,
            "at": utc_time(verdict.at),
            "sentence": sentence,
        }
    )
    return ExitCode.OK if verdict.kind.is_accepted else ExitCode.REFUSED


def outcome_document(outcome: Outcome | None) -> dict[str, object] | None:
    """Return how an approval ended, for JSON."""
    if outcome is None:
        return None
    by = outcome.by.model_dump(mode="json")
    return {"kind": outcome.kind.value, "by": by, "at": utc_time(outcome.at), "note": outcome.note}
