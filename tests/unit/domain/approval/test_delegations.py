"""Which delegations are refused; a delegation can never be passed on."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from orchestration.domain.approval.delegations import MAX_DURATION, DelegationGrant, refusal

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)
ALICE, BOB, CAROL = "U0ALICE01", "U0BOB0001", "U0CAROL01"


def granted(person: str, delegate: str, **fields: Any) -> DelegationGrant:
    """For all groups, for three days from now."""
    base = {"since": NOW, "until": NOW + 3 * DAY, "created_by": f"slack_user:{person}"}
    return DelegationGrant.model_validate(
        {"delegation_id": f"{person}-{delegate}", "person": person, "delegate": delegate} | base | fields
    )


def test_a_delegation_to_a_colleague() -> None:
    """Nothing against it; several people may choose the same colleague."""
    assert refusal(granted(ALICE, CAROL), ()) is None
    assert refusal(granted(ALICE, CAROL), (granted(BOB, CAROL),)) is None


@pytest.mark.parametrize(
    ("new", "said"),
    [
        (granted(ALICE, ALICE), "themselves"),
        (granted(ALICE, BOB, until=NOW), "in the future"),
        (granted(ALICE, BOB, until=NOW - DAY), "in the future"),
        (granted(ALICE, BOB, until=NOW + MAX_DURATION + timedelta(seconds=1)), "366 days"),
    ],
)
def test_what_is_wrong_with_it_by_itself(new: DelegationGrant, said: str) -> None:
    """Whatever else there is."""
    assert said in (refusal(new, ()) or "")


def test_a_year_is_just_right() -> None:
    """The limit itself is allowed."""
    assert refusal(granted(ALICE, BOB, until=NOW + MAX_DURATION), ()) is None


@pytest.mark.parametrize("group", [None, "finance"])
def test_a_chain_is_refused_from_both_ends(group: str | None) -> None:
    """Whatever group each link is for: it is never handed on."""
    away = (granted(BOB, CAROL, group=group),)
    assert f"{BOB} is away too, and has delegated to {CAROL}" in (refusal(granted(ALICE, BOB), away) or "")
    assert f"{CAROL} decides for {BOB}" in (refusal(granted(CAROL, ALICE, group="ops"), away) or "")


def test_a_circle_is_refused() -> None:
    """Alice for Bob and Bob for Alice."""
    assert "circle" in (refusal(granted(ALICE, BOB), (granted(BOB, ALICE, group="ops"),)) or "")


def test_what_does_not_overlap_is_no_chain() -> None:
    """One that is over, and one that begins as the other ends."""
    over = granted(BOB, CAROL, since=NOW - 2 * DAY, until=NOW)
    later = granted(CAROL, BOB, since=NOW + 3 * DAY, until=NOW + 4 * DAY)
    assert refusal(granted(ALICE, BOB), (over,)) is None
    assert refusal(granted(BOB, ALICE), (later,)) is None


def test_the_same_person_for_the_same_group_replaces() -> None:
    """For another group, and for all, they stand beside each other."""
    for group in (None, "finance"):
        assert granted(ALICE, CAROL, group=group).replaces(granted(ALICE, BOB, group=group))
    assert not granted(ALICE, CAROL).replaces(granted(ALICE, BOB, group="finance"))
    assert not granted(BOB, CAROL).replaces(granted(ALICE, CAROL))
    assert refusal(granted(ALICE, CAROL), (granted(ALICE, BOB), granted(ALICE, BOB, group="ops"))) is None


@pytest.mark.parametrize(
    "wrong",
    [{"person": "alice"}, {"delegate": "<@U1>"}, {"group": "a b"}, {"until": datetime(2026, 1, 1)}],  # noqa: DTZ001
)
def test_only_ids_words_and_aware_times(wrong: dict[str, Any]) -> None:
    """A name in the place of an id would never match a click."""
    with pytest.raises(ValidationError):
        DelegationGrant.model_validate(granted(ALICE, BOB).model_dump() | wrong)


people = st.sampled_from(["U1", "U2", "U3", "U4"])
spans = st.integers(0, 20).map(lambda days: days * DAY)
asked = st.tuples(people, people, st.sampled_from([None, "finance", "ops"]), spans, spans)


@given(st.lists(asked, max_size=12))
def test_whatever_is_asked_for_nobody_is_on_both_ends_at_once(many: list[Any]) -> None:
    """Nobody who is away speaks for somebody else in that time: no chain, and so no circle."""
    stored: list[DelegationGrant] = []
    for person, delegate, group, start, length in many:
        new = granted(person, delegate, group=group, since=NOW + start, until=NOW + start + length)
        if refusal(new, tuple(stored)) is None:
            stored = [each for each in stored if not new.replaces(each)] + [new]
    for one in stored:
        assert not any(one.delegate == other.person and one.overlaps(other) for other in stored)
