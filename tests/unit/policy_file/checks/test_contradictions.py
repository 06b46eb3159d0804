"""Settings of the policy file that contradict each other are errors."""

from datetime import UTC, datetime, timedelta

import pytest

from orchestration.policy_file.load import examine
from tests.unit.policy_file.files import (
    ESCALATION,
    EXPIRES,
    MARK,
    NEEDS,
    OFFICE,
    changed,
    errors,
    marked_line,
    policy_of,
)

M = MARK
_OPS = 'ops = ["U0BOB0001", "U0DAVE001", "U0ERIN001"]'
_FINANCE = 'finance = ["U0ALICE01", "U0CAROL01"]'
_TIER = f'[[tiers]]\nname = "all"\ncurrencies = ["*"]\n{NEEDS}\n{EXPIRES}'
_CLOCK = f'hours = "office"\nclock-stops-outside-hours = true\n{OFFICE}'


def _tier(*lines: str) -> str:
    return changed(("#tier", "\n".join(lines)))


def _escalations(*after: str, tier: str = "", expires: str = EXPIRES) -> str:
    text = "".join(ESCALATION.replace('"4h"', each) for each in after)
    return changed((EXPIRES, expires), ("#tier", tier), ("#more", text + "\n"))


def _office(old: str, new: str) -> str:
    assert old in OFFICE
    return changed(("#more", OFFICE.replace(old, new + M)))


_KINDS = {
    "neither automatic nor needs": (
        changed((_TIER, _TIER.replace("]]\n", f"]]{M}\n", 1).replace(NEEDS, ""))),
        "tiers.all",
        "says neither whom it needs nor that it is automatic",
    ),
    "nobody needed": (changed((NEEDS, "needs = {}" + M)), "tiers.all.needs", "names no group"),
    "no expiry": (
        changed((_TIER, _TIER.replace("]]\n", f"]]{M}\n", 1).replace(EXPIRES, ""))),
        "tiers.all.expires-after",
        'is missing; write it like "72h", or "never"',
    ),
    "never, and at a time": (
        changed((EXPIRES, f'expires-after = "never"\nhours = "office"\nexpires-at = "18:00"{M}\n{OFFICE}')),
        "tiers.all.expires-at",
        'contradicts expires-after = "never"',
    ),
    "a name twice": (
        changed(("#more", f'[[tiers]]\nname = "all"{M}\ncurrencies = ["EUR"]\nautomatic = true\n')),
        "tiers.all.name",
        'another one is called "all"',
    ),
}
_REFERENCES = {
    "an unknown group": (
        changed((NEEDS, f"needs = {{ boss = 1 }}{M}")),
        "tiers.all.needs.boss",
        "there is no group 'boss' in [groups]; known: finance and ops",
    ),
    "an unknown barred group": (_tier(f'barred = ["x"]{M}'), "tiers.all.barred[1]", "there is no group 'x'"),
    "an unknown group to escalate to": (
        changed(("#more", ESCALATION.replace('"ops"]', f'"ops",\n"x"]{M}'))),
        "tiers.all.escalations[1].ask[2]",
        "there is no group 'x'",
    ),
    "an unknown requirement": (
        changed(("#more", f'{ESCALATION}counts-for = ["sales"]{M}\n')),
        "tiers.all.escalations[1].counts-for[1]",
        "'sales' is not among the groups in the tier's \"needs\": finance and ops",
    ),
    "unknown hours": (_tier(f'hours = "office"{M}'), "tiers.all.hours", "there are no hours 'office'"),
    "a time of day without hours": (
        _tier(f'expires-at = "18:00"{M}'),
        "tiers.all.expires-at",
        'needs "hours"',
    ),
    "a clock without hours": (
        _tier(f"clock-stops-outside-hours = true{M}"),
        "tiers.all.clock-stops-outside-hours",
        'needs "hours"',
    ),
}
_PEOPLE = {
    "a group with nobody": (
        changed((_OPS, f"ops = []{M}")),
        "groups.ops",
        "nobody is in this group; add Slack user ids",
    ),
    "a quorum larger than the group": (
        changed((NEEDS, f"needs = {{ finance = 1, ops = 4 }}{M}")),
        "tiers.all.needs.ops",
        "asks for 4 of ops, in which there are 3; add people or ask for fewer",
    ),
    "the same person twice in a group": (
        changed((_FINANCE, 'finance = ["U0ALICE01", "U0ALICE01"]'), (NEEDS, f"needs = {{ finance = 2 }}{M}")),
        "tiers.all.needs.finance",
        "asks for 2 of finance, in which there are 1; add people",
    ),
    "a quorum larger than who is not barred": (
        changed(
            (NEEDS, f"needs = {{ ops = 2 }}{M}"),
            ("#groups", 'x = ["U0DAVE001", "U0ERIN001"]'),
            ("#tier", 'barred = ["x"]'),
        ),
        "tiers.all.needs.ops",
        "asks for 2 of ops, in which there are 1 after taking out who is barred",
    ),
    "a user group that is barred": (
        changed((_OPS, 'ops = ["S0OPS0001"]'), (NEEDS, NEEDS + M), ("#tier", 'barred = ["ops"]')),
        "tiers.all.needs.ops",
        "asks for 1 of ops, in which there are 0 after taking out who is barred",
    ),
    "one person for two groups": (
        changed((_FINANCE, 'finance = ["U0ALICE01"]'), (_OPS, 'ops = ["U0ALICE01"]'), (NEEDS, NEEDS + M)),
        "tiers.all.needs",
        "each person counts once, so at most 1 of 2 can do it; add people to finance and ops",
    ),
    "two people for two groups, one of them barred": (
        changed(
            (_FINANCE, 'finance = ["U0ALICE01", "U0CAROL01"]'),
            (_OPS, 'ops = ["U0ALICE01", "U0CAROL01"]'),
            ("#groups", 'x = ["U0CAROL01"]'),
            (NEEDS, NEEDS + M),
            ("#tier", 'barred = ["x"]'),
        ),
        "tiers.all.needs",
        "each person counts once",
    ),
    "a dead end beside a user group": (
        changed(
            (_FINANCE, 'finance = ["U0ALICE01"]\nboss = ["U0ALICE01"]'),
            (_OPS, 'ops = ["S0OPS0001"]'),
            (NEEDS, f"needs = {{ finance = 1, ops = 1, boss = 1 }}{M}"),
        ),
        "tiers.all.needs",
        "at most 2 of 3",
    ),
    "an escalation to people who are barred": (
        changed(
            (NEEDS, "needs = { finance = 1 }"),
            ("#tier", 'barred = ["ops"]'),
            ("#more", ESCALATION.replace('["ops"]', f'["finance", "ops"]{M}')),
        ),
        "tiers.all.escalations[1].ask[2]",
        "everybody in ops is barred",
    ),
    "more to cancel than there are": (
        _tier(f"cancel-needs = 6{M}"),
        "tiers.all.cancel-needs",
        "is 6, but only 5 different people are in the groups that it needs",
    ),
    "more needed than a card can show": (
        changed((NEEDS, f"needs = {{ finance = 50, ops = 1 }}{M}")),
        "tiers.all.needs",
        "asks for too many; the most is 10 groups and 50 people in all",
    ),
}
_HOURS = {
    "an unknown time zone": (
        _office('"Europe/Berlin"', '"Berlin"'),
        "hours.office.time-zone",
        "is not a time zone",
    ),
    "a folder of time zones": (
        _office('"Europe/Berlin"', '"Europe"'),
        "hours.office.time-zone",
        "is not a time zone",
    ),
    "a time zone elsewhere": (
        _office('"Europe/Berlin"', '"/etc/passwd"'),
        "hours.office.time-zone",
        "not a time z",
    ),
    "never open": (_office('"17:30"', '"09:00"'), "hours.office.to", 'must be later than "from"'),
    "open past midnight": (_office('"17:30"', '"08:00"'), "hours.office.to", "hours do not go past midnight"),
    "a day twice": (_office('"fri"]', '"fri", "mon"]'), "hours.office.days", "mon must be there only once"),
}
_TIMES = {
    "an escalation after the expiry": (
        _escalations(f'"73h"{M}'),
        "tiers.all.escalations[1].after",
        "comes 3d1h after the order, which has expired after 3d",
    ),
    "an escalation at the expiry": (
        _escalations(f'"72h"{M}'),
        "tiers.all.escalations[1].after",
        "has expired after",
    ),
    "escalations out of order": (
        _escalations('"2h"', '"4h"', f'"3h"{M}'),
        "tiers.all.escalations[3].after",
        "comes 3h after the order, and the escalation before it after 4h",
    ),
    "escalations at the same time": (
        _escalations('"2h"', f'"2h"{M}'),
        "tiers.all.escalations[2].after",
        "put them in the order of their times",
    ),
    "waiting for reminders that there are not": (
        _escalations(f'"reminders"{M}'),
        "tiers.all.escalations[1].after",
        "the tier has no reminders; write a span",
    ),
    "waiting for reminders as the second": (
        _escalations('"1h"', f'"reminders"{M}', tier='reminders = { after = "1h" }'),
        "tiers.all.escalations[2].after",
        "only the first one can wait for the reminders",
    ),
    "reminders that run out after the expiry": (  # 1 + 2 + 4 + 8 hours
        _escalations(f'"reminders"{M}', tier='reminders = { after = "1h" }', expires='expires-after = "15h"'),
        "tiers.all.escalations[1].after",
        "comes 15h after the order, which has expired after 15h",
    ),
    "an escalation before the reminders have run out": (
        _escalations('"reminders"', f'"15h"{M}', tier='reminders = { after = "1h" }'),
        "tiers.all.escalations[2].after",
        "comes 15h after the order, and the escalation before it after 15h",
    ),
    "an escalation after working days": (  # 3d are 25.5 hours, in which 24h are over
        _escalations(f'"26h"{M}', tier=_CLOCK, expires='expires-after = "3d"'),
        "tiers.all.escalations[1].after",
        "comes 3d30m after the order, which has expired after 3d",
    ),
    "gaps shorter than the first": (
        _tier('reminders = { after = "4h", at-most = "1h" }' + M),
        "tiers.all.reminders.at-most",
        'must not be less than "after", which is 4h',
    ),
    "more than ten years of working hours": (
        changed((EXPIRES, f'expires-after = "2608d"{M}\n{_CLOCK}')),
        "tiers.all.expires-after",
        'is more than ten years, since time counts only in the hours "office"',
    ),
}


def _cases(*groups: dict[str, tuple[str, str, str]]) -> list[object]:
    return [pytest.param(*case, id=name) for group in groups for name, case in group.items()]


@pytest.mark.parametrize(("text", "path", "fragment"), _cases(_KINDS, _REFERENCES, _PEOPLE, _HOURS, _TIMES))
def test_a_contradiction_or_a_dead_end(text: str, path: str, fragment: str) -> None:
    """One error: its line, its path, and what to do."""
    [fault] = [fault for fault in errors(text) if "in every other currency" not in fault.message]
    assert (fault.line, fault.path) == (marked_line(text), path)
    assert fragment in fault.message


@pytest.mark.parametrize(
    "line",
    [
        NEEDS,
        EXPIRES,
        "cancel-needs = 1",
        "requester-may-approve = false",
        "bar-previous-approvers = true",
        "barred = []",
        'override = "never"',
        'hours = "office"',
        "clock-stops-outside-hours = true",
        "information-stops-clock = true",
        'reminders = { after = "1h" }',
        'expires-at = "18:00"',
        'expires-as = "EXPIRED"',
        'expires-after = "never"',
        "escalations = []",
    ],
)
def test_an_automatic_tier_asks_nobody(line: str) -> None:
    """So whatever is about people or time has no place there."""
    text = changed((f"{NEEDS}\n{EXPIRES}", f"automatic = true\n{line}{M}"))
    [fault] = errors(text)
    assert (fault.line, fault.path) == (marked_line(text), f"tiers.all.{line.partition(' ')[0]}")
    assert "nobody is asked in an automatic tier" in fault.message


def test_orders_need_a_tier() -> None:
    """An empty file says so."""
    [fault] = errors("")
    assert (fault.line, fault.path) == (None, "tiers")
    assert "there are no tiers for orders; add at least one [[tiers]]" in fault.message


def test_hours_that_are_all_holidays() -> None:
    """No deadline could ever be told."""
    today = datetime.now(UTC).date()
    days = ", ".join(str(today + timedelta(days=day)) for day in range(-7, 3800))
    office = OFFICE.replace('["mon", "tue", "wed", "thu", "fri"]', '["mon", "sun"]')
    text = _tier(f'hours = "office"{M}', "clock-stops-outside-hours = true", f"{office}holidays = [{days}]")
    [fault] = errors(text)
    assert (fault.line, fault.path) == (marked_line(text), "tiers.all.hours")
    assert "are closed for so long that no deadline can be told" in fault.message


@pytest.mark.parametrize(
    "text",
    [
        changed(
            (_OPS, 'ops = ["S0OPS0001"]'), (NEEDS, "needs = { ops = 40 }"), ("#tier", "cancel-needs = 40")
        ),
        changed((_FINANCE, 'finance = ["U0ALICE01"]'), (_OPS, 'ops = ["U0ALICE01", "U0BOB0001"]')),
        changed((_FINANCE, 'finance = ["U0ALICE01"]'), (_OPS, 'ops = ["U0ALICE01", "S0OPS0001"]')),
        changed((NEEDS, "needs = { finance = 1, ops = 3 }"), ("#tier", "cancel-needs = 5")),
        _escalations('"71h"'),
        _escalations('"100h"', tier=f'hours = "office"\nexpires-at = "18:00"\n{OFFICE}'),
        _escalations('"100h"', expires='expires-after = "never"'),
        _escalations('"reminders"', '"16h"', tier='reminders = { after = "1h" }'),
        _escalations('"25h"', tier=_CLOCK, expires='expires-after = "3d"'),
        changed((EXPIRES, f'expires-after = "2607d"\n{_CLOCK}')),
        changed((EXPIRES, f'hours = "office"\nexpires-at = "18:00"\n{OFFICE}')),
        changed(("#more", OFFICE.replace("09:00", "00:00").replace("17:30", "24:00"))),
        _tier('reminders = { after = "2d" }'),
        _tier('reminders = { after = "1s", growing = 100, times = 1000 }'),
    ],
)
def test_what_only_just_fits(text: str) -> None:
    """On the good side of each limit."""
    policy_of(text)


def test_large_groups_are_no_burden() -> None:
    """Ten requirements whose people are the same fifty, one too few of them."""
    people = ", ".join(f'"U0{number:07}"' for number in range(49))
    groups = "\n".join(f"g{number} = [{people}]" for number in range(10))
    needs = ", ".join(f"g{number} = 5" for number in range(10))
    text = changed(("#groups", groups), (NEEDS, f"needs = {{ {needs} }}{M}"))
    [fault] = errors(text)
    assert "at most 49 of 50 can do it" in fault.message
    assert examine(text.replace('"U00000000"', '"U00000000", "U09999999"'))[0] is not None
