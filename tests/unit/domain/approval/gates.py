"""Random policies and decisions, and a second, slower implementation of the rules to compare with."""

from datetime import UTC, datetime, timedelta
from itertools import permutations, product

from hypothesis import strategies as st

from orchestration.domain.actor import Actor, ActorKind, Delegation, Surface
from orchestration.domain.approval import timers
from orchestration.domain.approval.decision import Decision, DecisionKind
from orchestration.domain.approval.gate import Gate
from orchestration.domain.policy.tier import Escalation, Group, Override, Requirement, Tier

OPENED = datetime(2026, 3, 2, 9, tzinfo=UTC)
EXPIRES = timedelta(hours=48)
DEADLINE = OPENED + EXPIRES
PEOPLE = tuple(f"U{n}" for n in range(1, 8))
REQUESTER = "U1"
USER_GROUPS = {"S0A": {"U2", "U3", "U4"}, "S0B": {"U5", "U6", "U1"}}
NAMES = ("finance", "ops", "legal")


def groups_of(person: str) -> tuple[str, ...]:
    return tuple(group for group, members in USER_GROUPS.items() if person in members)


def an_actor(person: str, delegators: tuple[str, ...] = (), only: str | None = None) -> Actor:
    """A Slack user as the bot looks them up."""
    delegations = tuple(
        Delegation(person=each, groups=groups_of(each), group=only) for each in delegators if each != person
    )
    return Actor(kind=ActorKind.SLACK_USER, id=person, groups=groups_of(person), delegations=delegations)


def a_decision(
    actor: Actor,
    kind: DecisionKind = DecisionKind.APPROVE,
    *,
    at: datetime = OPENED + timedelta(minutes=1),
    **fields: object,
) -> Decision:
    decision_id = f"{actor.id}-{kind}-{int(at.timestamp())}"
    return Decision.model_validate(
        {
            "decision_id": decision_id,
            "actor": actor,
            "kind": kind,
            "surface": Surface.BUTTON,
            "decided_at": at,
        }
        | {"revision": 1}
        | fields
    )


members = st.lists(st.sampled_from([*PEOPLE, *USER_GROUPS]), min_size=1, max_size=4, unique=True).map(tuple)


@st.composite
def tiers(draw: st.DrawFn) -> Tier:
    """Any tier that the policy file could hold, without clock tricks."""
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True))
    requirements = tuple(
        Requirement(group=name, members=draw(members), count=draw(st.integers(1, 2))) for name in names
    )
    hours = sorted(draw(st.lists(st.integers(1, 60), max_size=2, unique=True)))
    escalations = tuple(
        Escalation(
            after=timedelta(hours=hour),
            groups=(Group(group=f"level{hour}", members=draw(members)),),
            counts_for=tuple(draw(st.sets(st.sampled_from(names), min_size=1))),
        )
        for hour in hours
    )
    return Tier(
        name="t",
        requirements=requirements,
        escalations=escalations,
        cancel_count=draw(st.integers(1, 2)),
        requester_may_approve=draw(st.booleans()),
        barred=draw(st.just(()) | st.tuples(st.builds(Group, group=st.just("barred"), members=members))),
        override=draw(st.sampled_from(Override)),
        operators=draw(st.just(()) | st.tuples(st.sampled_from(PEOPLE))),
        expires_after=EXPIRES,
    )


def open_at(tier: Tier, barred: tuple[str, ...] = ()) -> Gate:
    return timers.open_gate(Gate(requester=REQUESTER), tier, OPENED, DEADLINE, barred=barred)


class Oracle:
    """Answers by trying everything."""

    def __init__(self, tier: Tier, barred: tuple[str, ...] = (), level: int = 0) -> None:
        self.tier, self.barred, self.level = tier, barred, level

    def is_barred(self, person: str) -> bool:
        named = {member for group in self.tier.barred for member in group.members}
        own = person == REQUESTER and not self.tier.requester_may_approve
        return own or person in self.barred or person in named or bool(named & set(groups_of(person)))

    def places(self, person: str, only: str | None = None) -> set[int]:
        """Requirements for which this person could count."""
        found = set()
        for index, requirement in enumerate(self.tier.requirements):
            groups: list[Group] = [requirement]
            for escalation in self.tier.escalations[: self.level]:
                groups += escalation.groups if requirement.group in escalation.counts_for else ()
            for group in groups:
                if only in {None, group.group} and {person, *groups_of(person)} & set(group.members):
                    found.add(index)
        return found

    def candidates(self, actor: Actor) -> list[tuple[str, set[int]]]:
        if self.is_barred(actor.id):
            return []
        own = [(actor.id, self.places(actor.id))]
        others = [
            (each.person, self.places(each.person, each.group))
            for each in actor.delegations
            if not self.is_barred(each.person)
        ]
        return [(principal, places) for principal, places in own + others if places]

    def is_met(self, approvals: tuple[Decision, ...]) -> bool:
        """Whether different people, speaking for different people, fill every requirement."""
        slots = [i for i, each in enumerate(self.tier.requirements) for _ in range(each.count)]
        if len({each.actor.id for each in approvals}) != len(approvals) or len(approvals) < len(slots):
            return False
        for chosen in permutations(approvals, len(slots)):
            for candidates in product(*(self.candidates(each.actor) for each in chosen)):
                principals = {principal for principal, _ in candidates}
                fits = all(slot in places for slot, (_, places) in zip(slots, candidates, strict=True))
                if fits and len(principals) == len(slots):
                    return True
        return False
