"""Each setting of the policy file: which values are accepted, and which error the others give."""

import pytest

from tests.unit.policy_file.files import (
    ESCALATION,
    EXPIRES,
    MARK,
    NEEDS,
    OFFICE,
    changed,
    errors,
    marked_line,
)

M = MARK
_DAYS = '["mon", "tue", "wed", "thu", "fri"]'


def _tier(line: str) -> str:
    return changed(("#tier", line + M))


def _more(text: str) -> str:
    return changed(("#more", text + M + "\n"))


def _office(old: str, new: str) -> str:
    assert old in OFFICE
    return changed(("#more", OFFICE.replace(old, new + M)))


_UNKNOWN = {
    "in a tier": (
        _tier("colour = 1"),
        "tiers.all.colour",
        "there is no such setting (known here: automatic, ",
    ),
    "a slip of the pen": (
        _tier("expire-after = 1"),
        "tiers.all.expire-after",
        'did you mean "expires-after"?',
    ),
    "an underscore": (_tier("cancel_needs = 1"), "tiers.all.cancel_needs", 'did you mean "cancel-needs"?'),
    "a table": (changed(("#more", f"[tier]{M}\n")), "tier", 'did you mean "tiers"?'),
    "in operators": (_more("[operators]\nu = []"), "operators.u", "(known here: slack)"),
    "in reminders": (
        _tier('reminders = { after = "1h", x = 1 }'),
        "tiers.all.reminders.x",
        "after, at-most, growing",
    ),
    "in an escalation": (
        _more(ESCALATION + "who = 1"),
        "tiers.all.escalations[1].who",
        "after, ask, channels, counts",
    ),
    "in hours": (_more(OFFICE + "open = 1"), "hours.office.open", "known here: days, from, holidays"),
}
_TYPES = {
    "a table for a list of tables": (
        changed(("[[refund-tiers]]", f"[refund-tiers]{M}")),
        "refund-tiers",
        "double br",
    ),
    "a tier that is no table": ("tiers = [1]" + M, "tiers[1]", "must be a table"),
    "text for a list": (changed(('["*"]', f'"*"{M}')), "tiers.all.currencies", "must be a list in brackets"),
    "a number for text": (changed(('"all"', "1" + M)), "tiers[1].name", "must be text in quotes"),
    "text for a truth": (
        _tier('requester-may-approve = "no"'),
        "tiers.all.requester-may-approve",
        "true or false",
    ),
    "text for a number": (
        changed(("ops = 1 }", f'ops = "1" }}{M}')),
        "tiers.all.needs.ops",
        "a whole number",
    ),
    "a list for a table": (changed((NEEDS, f'needs = ["ops"]{M}')), "tiers.all.needs", "must be a table"),
    "an amount in quotes": (_tier('from = "5"'), "tiers.all.from", "must be a number without quotes"),
    "an amount that is a truth": (_tier("from = true"), "tiers.all.from", "must be a number without quotes"),
    "a span without a unit": (
        changed((EXPIRES, f"expires-after = 72{M}")),
        "tiers.all.expires-after",
        'like "90s"',
    ),
    "a holiday in quotes": (
        _more(f'{OFFICE}holidays = ["2026-12-25"]'),
        "hours.office.holidays[1]",
        "without quotes",
    ),
    "a holiday with a time": (
        _more(f"{OFFICE}holidays = [2026-12-25, 2026-12-26T00:00:00]"),
        "hours.office.holidays[2]",
        "date without quotes",
    ),
}
_VALUES = {
    "no name": (f'[[tiers]]{M}\ncurrencies = ["*"]\nautomatic = true', "tiers[1].name", "is missing"),
    "an empty name": (changed(('"all"', f'" "{M}')), "tiers. .name", "must not be empty"),
    "a long name": (
        changed(('"all"', f'"{"x" * 61}"{M}')),
        "tiers[1].name",
        "must have at most 60 characters",
    ),
    "no currencies": (changed(('["*"]', "[]" + M)), "tiers.all.currencies", "must have at least one entry"),
    "an empty list of customers": (
        _tier("customers = []"),
        "tiers.all.customers",
        "must have at least one entry",
    ),
    "an empty tag": (_tier('tags = ["capex", ""]'), "tiers.all.tags[2]", "must not be empty"),
    "another override": (
        _tier('override = "x"'),
        "tiers.all.override",
        "of 'allowed', 'with-reason' or 'never'",
    ),
    "another ending": (
        _tier('expires-as = "GONE"'),
        "tiers.all.expires-as",
        "one of 'EXPIRED' or 'CANCELLED'",
    ),
    "a count below one": (
        changed(("ops = 1 }", f"ops = 0 }}{M}")),
        "tiers.all.needs.ops",
        "must be at least 1",
    ),
    "a count beyond reason": (_tier("cancel-needs = 51"), "tiers.all.cancel-needs", "must be at most 50"),
    "an endless amount": (_tier("below = inf"), "tiers.all.below", "must be a number without quotes"),
    "no number": (_tier("below = nan"), "tiers.all.below", "must be a number without quotes"),
    "an exponent beyond reason": (
        _tier("below = 1e99999999999999999999"),
        "tiers.all.below",
        "must be a number",
    ),
    "a huge amount": (_tier("below = 1e99999"), "tiers.all.below", "must be at most 1,000,000,000,000"),
    "a tiny amount": (_tier("below = 1e-99999"), "tiers.all.below", "as many decimal places"),
    "a negative amount": (_tier("from = -0.01"), "tiers.all.from", "must not be negative"),
    "no span at all": (
        _tier('reminders = { after = "0s" }'),
        "tiers.all.reminders.after",
        "more than nothing",
    ),
    "gaps that shrink": (
        _tier('reminders = { after = "1h", growing = 0.9 }'),
        "tiers.all.reminders.growing",
        "must be a number from 1 (gaps that stay the same)",
    ),
    "no reminders": (
        _tier('reminders = { after = "1h", times = 0 }'),
        "tiers.all.reminders.times",
        "at least 1",
    ),
    "reminders without a time": (
        _tier("reminders = { times = 2 }"),
        "tiers.all.reminders.after",
        "is missing",
    ),
    "an hour with one digit": (
        _office('"09:00"', '"9:00"'),
        "hours.office.from",
        "must be a time of day in quotes",
    ),
    "an hour after midnight": (_office('"17:30"', '"24:01"'), "hours.office.to", 'from "00:00" to "24:00"'),
    "sixty minutes": (_office('"17:30"', '"17:60"'), "hours.office.to", 'from "00:00" to "24:00"'),
    "another day": (_office(_DAYS, '["friday"]'), "hours.office.days[1]", "must be one of 'mon', 'tue'"),
    "no days": (_office(_DAYS, "[]"), "hours.office.days", "must have at least one entry"),
    "the end of a day": (_tier('expires-at = "24:00"'), "tiers.all.expires-at", 'must be before "24:00"'),
}
_IDS = {
    "a group's name": (
        changed(("#groups", f'a = ["U1", "SALES"]{M}')),
        "groups.a[2]",
        "'SALES' is not an id of a Sl",
    ),
    "a channel": (
        changed(("#groups", f'a = ["C0ALICE01"]{M}')),
        "groups.a[1]",
        "is not an id of a Slack user",
    ),
    "a mention": (
        changed(("#groups", f'a = ["<@U0ALICE01>"]{M}')),
        "groups.a[1]",
        "is not an id of a Slack user",
    ),
    "a group with a blank": (
        changed(("#groups", f'"the boss" = ["U1"]{M}')),
        "groups.the boss",
        "a name must consist",
    ),
    "a user group that decides": (
        _more('[operators]\nslack = ["S0FIN"]'),
        "operators.slack[1]",
        "of a Slack user (U",
    ),
    "a channel by name": (
        _more(f'{ESCALATION}channels = ["C0UPDATES",  "#general"]'),
        "tiers.all.escalations[1].channels[2]",
        "'#general' is not an id of a Slack channel",
    ),
    "an escalation that asks nobody": (
        changed(("#more", ESCALATION.replace('["ops"]', "[]" + M))),
        "tiers.all.escalations[1].ask",
        "must have at least one entry",
    ),
    "an escalation that counts for nothing": (
        _more(ESCALATION + "counts-for = []"),
        "tiers.all.escalations[1].counts-for",
        "must have at least one entry",
    ),
}


def _cases(*groups: dict[str, tuple[str, str, str]]) -> list[object]:
    return [pytest.param(*case, id=name) for group in groups for name, case in group.items()]


@pytest.mark.parametrize(("text", "path", "fragment"), _cases(_UNKNOWN, _TYPES, _VALUES, _IDS))
def test_a_setting_that_is_wrong_by_itself(text: str, path: str, fragment: str) -> None:
    """One error: its line, its path, and what it must be."""
    [fault] = errors(text)
    assert (fault.line, fault.path) == (marked_line(text), path)
    assert fault.message.count(fragment) == 1


def test_all_of_them_are_named_at_once() -> None:
    """In the order of their lines."""
    text = changed(('"all"', "1"), ("#groups", "a = 1"), ("#tier", "hours = 1"))
    assert [fault.path for fault in errors(text)] == ["groups.a", "tiers[1].name", "tiers[1].hours"]


@pytest.mark.parametrize(
    "line",
    [
        'customers = ["Acme*"]',
        "from = 0",
        "below = 12.50",
        "below = 1_000",
        "cancel-needs = 2",
        "barred = []",
        'override = "with-reason"',
        'expires-as = "CANCELLED"',
        'reminders = { after = "1d", growing = 1 }',
        "information-stops-clock = true",
        "escalations = []",
    ],
)
def test_settings_that_are_right_by_themselves(line: str) -> None:
    """Whatever they do to the rest of the file."""
    assert [fault for fault in errors(_tier(line)) if "in every other currency" not in fault.message] == []
