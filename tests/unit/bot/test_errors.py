"""Every verdict and every error has a sentence."""

import pytest

from bot.errors import SOMETHING_BROKE, error_sentence, over_sentence, verdict_sentence
from orchestration.domain import errors
from orchestration.domain.decision import (
    Actor,
    ActorKind,
    DecisionKind,
    Outcome,
    OutcomeKind,
    Verdict,
    VerdictKind,
)
from orchestration.domain.order import OrderStatus
from orchestration.ports import OrderRow
from tests.support.orders import an_order
from tests.unit.bot.slack_rules import check_brackets
from tests.unit.bot.strategies import NOW


@pytest.mark.parametrize("kind", VerdictKind)
@pytest.mark.parametrize("decision", DecisionKind)
def test_every_verdict_has_a_sentence_but_the_one_that_the_card_shows(
    kind: VerdictKind, decision: DecisionKind
) -> None:
    """A refusal is never silent."""
    said = verdict_sentence(
        Verdict(decision_id="d", kind=kind, at=NOW, counted=1, needed=2), decision, "ord-1"
    )
    if kind is VerdictKind.RECORDED:
        assert said is None
    else:
        assert said is not None
        assert "ord-1" in said


def test_no_two_refusals_sound_the_same() -> None:
    """The sentence says why."""
    kinds = [kind for kind in VerdictKind if kind is not VerdictKind.RECORDED]
    said = {
        verdict_sentence(Verdict(decision_id="d", kind=kind, at=NOW), DecisionKind.APPROVE, "ord-1")
        for kind in kinds
    }
    assert len(said) == len(kinds)


def test_too_late_says_who_was_faster() -> None:
    """By name and time."""
    faster = Outcome(kind=OutcomeKind.CANCELLED, by=Actor(kind=ActorKind.SLACK_USER, id="U0CAROL01"), at=NOW)
    verdict = Verdict(decision_id="d", kind=VerdictKind.ALREADY_OVER, at=NOW, outcome=faster)
    said = verdict_sentence(verdict, DecisionKind.APPROVE, "ord-1")
    assert said is not None
    assert "Cancelled by <@U0CAROL01>" in said
    assert "<!date^" in said


def test_a_verdict_that_is_not_there_yet_is_called_stored() -> None:
    """The click is not lost."""
    assert "safely stored" in (verdict_sentence(None, DecisionKind.APPROVE, "ord-1") or "")


def test_every_error_of_the_gateway_says_whether_the_click_counted() -> None:
    """That is what the clicker needs to know."""
    said = {kind: error_sentence(kind(), "ord-1") for kind in _gateway_errors()}
    assert "Nothing happened" in said[errors.TemporalUnavailable]
    assert "may or may not have counted" in said[errors.OutcomeUnknown]
    assert "harmless" in said[errors.OutcomeUnknown]
    assert "safely stored" in said[errors.NoWorkerAnswered]
    assert "no order ord-1" in said[errors.OrderNotFound]
    assert SOMETHING_BROKE not in said.values()


def _gateway_errors() -> list[type[errors.CountersignError]]:
    return [
        errors.OrderNotFound,
        errors.OrderOver,
        errors.TemporalUnavailable,
        errors.OutcomeUnknown,
        errors.NoWorkerAnswered,
    ]


def test_an_unforeseen_error_is_admitted() -> None:
    """Without its words, which may hold anything."""
    assert error_sentence(errors.OrderConflict("<secret>"), "ord-1") == SOMETHING_BROKE


def test_how_an_ended_order_ended_is_told_and_escaped() -> None:
    """The reason comes from outside."""
    row = OrderRow(an_order(), OrderStatus.CANCELLED, 1, None, None, "<!channel>", NOW, NOW)
    said = over_sentence("ord-1", row, "<@U0CAROL01>")
    assert "was cancelled by <@U0CAROL01>" in said
    check_brackets(said)
    assert "already over" in over_sentence("ord-1", None, None)
