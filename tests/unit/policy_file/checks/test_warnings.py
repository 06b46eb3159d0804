"""Settings of the policy file that are odd but usable are warnings."""

import pytest

from orchestration.policy_file.load import examine
from tests.unit.policy_file.files import (
    ESCALATION,
    EXPIRES,
    GOOD,
    MARK,
    NEEDS,
    OFFICE,
    changed,
    marked_line,
)

M = MARK
_FINANCE = 'finance = ["U0ALICE01", "U0CAROL01"]'
_OPS = 'ops = ["U0BOB0001", "U0DAVE001", "U0ERIN001"]'
_EUR = '[[tiers]]\nname = "euro"\ncurrencies = ["EUR"]\nautomatic = true\n'


def _special(one: str, other: str, currency: str = "EUR") -> str:
    first = f'[[tiers]]\nname = "one"\ncurrencies = ["EUR", "USD"]\nautomatic = true\n{one}\n'
    second = f'[[tiers]]{M}\nname = "other"\ncurrencies = ["{currency}"]\nautomatic = true\n{other}\n'
    return changed(("#more", first + second + _EUR + _EUR.replace("EUR", "USD").replace("euro", "dollar")))


_CASES = {
    "a group that nothing uses": (
        changed(("#groups", f'x = ["U1"]{M}')),
        "groups.x",
        "nothing uses this group",
    ),
    "hours that nothing uses": (
        changed(("#more", OFFICE.replace("office]", f"office]{M}"))),
        "hours.office",
        "nothing uses these hours",
    ),
    "other currencies": (
        changed(('currencies = ["*"]', 'currencies = ["USD", "EUR"]'), ("[[tiers]]", f"[[tiers]]{M}")),
        "tiers",
        'no tier has the currencies ["*"], so orders in other currencies than EUR and USD are refused',
    ),
    "no refunds": (
        GOOD.partition("[[refund-tiers]]")[0],
        "refund-tiers",
        "there are no tiers for refunds, so all refunds are refused",
    ),
    "no refunds in some currencies": (
        changed(
            ('name = "refund"\ncurrencies = ["*"]', 'name = "refund"\ncurrencies = ["USD"]'),
            ("[[refund-tiers]]", f"{_EUR}[[refund-tiers]]{M}"),
        ),
        "refund-tiers",
        "there are no tiers for every other currency and EUR, so such refunds are refused",
    ),
    "two tiers for the same customers": (
        _special('customers = ["Acme*", "x"]', 'customers = ["y", "*corp"]'),
        "tiers.other",
        'an order can fall under this tier and under "one" as well; the first in the file wins',
    ),
    "a tier for customers and one for tags": (
        _special('customers = ["Acme*"]', 'tags = ["capex"]', "USD"),
        "tiers.other",
        'and under "one" as well',
    ),
    "two tiers for tags": (
        _special('tags = ["a"]\nbelow = 6', 'tags = ["b"]\nfrom = 5'),
        "tiers.other",
        'and under "one" as well',
    ),
    "never, and nobody is reminded": (
        changed((EXPIRES, f'expires-after = "never"{M}')),
        "tiers.all.expires-after",
        "never, and there are neither reminders nor escalations",
    ),
    "a reminder after the expiry": (
        changed(("#tier", f'reminders = {{ after = "72h" }}{M}')),
        "tiers.all.reminders.after",
        "the first reminder would come when the order has expired, which is after 3d",
    ),
    "somebody who cannot be replaced": (
        changed((_FINANCE, 'finance = ["U0ALICE01"]'), (NEEDS, NEEDS + M)),
        "tiers.all.needs",
        "if U0ALICE01 asks for the order, it cannot be met, since nobody approves their own; add people",
    ),
    "nobody of whom can be replaced": (
        changed((NEEDS, f"needs = {{ finance = 2, ops = 1 }}{M}")),
        "tiers.all.needs",
        "if U0ALICE01 or U0CAROL01 asks for the order",
    ),
    "somebody who cannot be replaced since others are barred": (
        changed(("#groups", 'x = ["U0CAROL01"]'), ("#tier", 'barred = ["x"]'), (NEEDS, NEEDS + M)),
        "tiers.all.needs",
        "if U0ALICE01 asks for the order",
    ),
    "a requester who needs nobody else": (
        changed(
            (NEEDS, "needs = { finance = 1 }"), (_OPS, ""), ("#tier", f"requester-may-approve = true{M}")
        ),
        "tiers.all.requester-may-approve",
        "whoever asks for an order can approve it alone",
    ),
    "previous approvers of whom there are too few": (
        changed(
            ("#tier", f"bar-previous-approvers = true{M}"),
            ("finance = 1, ops = 1", "ops = 2"),
            (_FINANCE, ""),
        ),
        "tiers.all.bar-previous-approvers",
        "once 2 of ops have approved a customer's order, too few of its 3 are left for the next one",
    ),
}


@pytest.mark.parametrize(("text", "path", "fragment"), _CASES.values(), ids=_CASES)
def test_what_is_odd_is_said(text: str, path: str, fragment: str) -> None:
    """One warning, and a policy."""
    policy, [fault] = examine(text)
    assert policy is not None
    assert not fault.is_error
    assert (fault.line, fault.path) == (marked_line(text), path)
    assert fragment in fault.message


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        _special('customers = ["Acme*"]', 'customers = ["Globex*"]'),
        _special('customers = ["Acme"]', 'customers = ["acme corp"]'),
        _special('tags = ["a"]\nbelow = 5', 'tags = ["a"]\nfrom = 5'),
        changed(("#tier", "requester-may-approve = true"), (_FINANCE, 'finance = ["U0ALICE01"]')),
        changed(
            (_FINANCE, 'finance = ["U0ALICE01", "S0FINANCE"]'), ("#tier", "bar-previous-approvers = true")
        ),
        changed((EXPIRES, 'expires-after = "never"'), ("#tier", 'reminders = { after = "72h" }')),
        changed((EXPIRES, 'expires-after = "never"'), ("#more", ESCALATION)),
        changed(
            ("#tier", f'hours = "office"\nexpires-at = "18:00"\nreminders = {{ after = "80h" }}\n{OFFICE}')
        ),
        changed(("#groups", 'x = ["U1"]'), ("#more", ESCALATION.replace("ops", "x"))),
        changed(("#groups", 'x = ["U1"]'), ("#tier", 'barred = ["x"]')),
    ],
)
def test_what_is_not_odd(text: str) -> None:
    """Nobody is warned for nothing."""
    assert examine(text)[1] == ()
