"""Every verdict and every error of a question, an answer and an amendment has a sentence."""

import pytest

from bot.errors import SOMETHING_BROKE
from bot.talk_sentences import talk_error, talk_sentence
from orchestration.domain import errors
from orchestration.domain.decision import Verdict, VerdictKind
from orchestration.domain.information import TalkKind
from tests.unit.bot.slack_rules import check_brackets
from tests.unit.bot.strategies import NOW


@pytest.mark.parametrize("kind", TalkKind)
@pytest.mark.parametrize("verdict", [None, *VerdictKind])
def test_every_verdict_has_a_sentence(kind: TalkKind, verdict: VerdictKind | None) -> None:
    """Never silence: no card shows that a question was taken."""
    judged = None if verdict is None else Verdict(decision_id="d", kind=verdict, at=NOW, detail="<!here>")
    said = talk_sentence(judged, kind, "order ord-1")
    assert "ord-1" in said
    check_brackets(said)


@pytest.mark.parametrize("kind", TalkKind)
def test_every_error_of_the_gateway_says_whether_it_arrived(kind: TalkKind) -> None:
    """That is what somebody needs to know before they send it again."""
    assert "Nothing happened" in talk_error(errors.TemporalUnavailable(), kind, "order ord-1")
    assert "may or may not have arrived" in talk_error(errors.OutcomeUnknown(), kind, "order ord-1")
    assert "no need to send it again" in talk_error(errors.NoWorkerAnswered(), kind, "order ord-1")
    assert talk_error(errors.OrderConflict("<secret>"), kind, "order ord-1") == SOMETHING_BROKE
