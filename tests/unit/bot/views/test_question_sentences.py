"""Every verdict and every error of a question, an answer and an amendment has a sentence."""

import pytest

from bot.views.sentences.decisions import SOMETHING_BROKE
from bot.views.sentences.questions import request_error, request_sentence
from orchestration.domain import errors
from orchestration.domain.approval.questions import RequestKind
from orchestration.domain.approval.verdict import Verdict, VerdictKind
from tests.unit.bot.slack_rules import check_brackets
from tests.unit.bot.strategies import NOW


@pytest.mark.parametrize("kind", RequestKind)
@pytest.mark.parametrize("verdict", [None, *VerdictKind])
def test_every_verdict_has_a_sentence(kind: RequestKind, verdict: VerdictKind | None) -> None:
    """Never silence: no card shows that a question was taken."""
    judged = None if verdict is None else Verdict(decision_id="d", kind=verdict, at=NOW, detail="<!here>")
    said = request_sentence(judged, kind, "order ord-1")
    assert "ord-1" in said
    check_brackets(said)


@pytest.mark.parametrize("kind", RequestKind)
def test_every_error_of_the_gateway_says_whether_it_arrived(kind: RequestKind) -> None:
    """That is what somebody needs to know before they send it again."""
    assert "Nothing happened" in request_error(errors.TemporalUnavailable(), kind, "order ord-1")
    assert "may or may not have arrived" in request_error(errors.OutcomeUnknown(), kind, "order ord-1")
    assert "no need to send it again" in request_error(errors.NoWorkerAnswered(), kind, "order ord-1")
    assert request_error(errors.OrderConflict("<secret>"), kind, "order ord-1") == SOMETHING_BROKE
