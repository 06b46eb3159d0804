"""Each amount in each currency falls under exactly one tier that is for everybody."""

import pytest

from orchestration.policy_file.load import examine
from tests.unit.policy_file.files import MARK, marked_line

_REFUNDS = '[[refund-tiers]]\nname = "refund"\ncurrencies = ["*"]\nautomatic = true\n'
_OTHERS = '[[tiers]]\nname = "others"\ncurrencies = ["*"]\nautomatic = true\n'


def _tier(name: str, currencies: str, *lines: str, of: str = "tiers") -> str:
    quoted = ", ".join(f'"{each}"' for each in currencies.split())
    settings = "".join(f"{line}\n" for line in lines)
    return f'[[{of}]]\nname = "{name}"\n{settings}currencies = [{quoted}]\nautomatic = true\n\n'


_HOLE = _tier("small", "EUR", "below = 500") + _tier("large", "EUR", f"from = 1_000{MARK}")
_CASES = {
    "an overlap": (
        _tier("small", "EUR", "below = 500.50") + _tier("large", "EUR", f"from = 400{MARK}"),
        "tiers.large.from",
        'in EUR, amounts from 400 to below 500.50 fall under "small" and "large"; let "from" of the one',
    ),
    "the same range twice": (
        _tier("one", "EUR") + _tier("two", "EUR").replace("]]", f"]]{MARK}", 1),
        "tiers.two.from",
        'in EUR, amounts from 0 on fall under "one" and "two"',
    ),
    "one inside the other": (
        _tier("wide", "EUR") + _tier("narrow", "EUR", f"from = 5{MARK}", "below = 10"),
        "tiers.narrow.from",
        'in EUR, amounts from 5 to below 10 fall under "wide" and "narrow"',
    ),
    "one inside the other, and then the next": (
        _tier("wide", "EUR", "below = 100") + _tier("inside", "EUR", f"from = 5{MARK}", "below = 10")
        + _tier("next", "EUR", "from = 100"),
        "tiers.inside.from",
        'fall under "wide" and "inside"',
    ),
    "a hole": (
        _HOLE,
        "tiers.large.from",
        'in EUR, amounts from 500 to below 1,000 fall under no tier, between "small" and "large"',
    ),
    "a hole, with the tiers in another order": (
        _tier("large", "EUR", f"from = 1_000{MARK}") + _tier("small", "EUR", "below = 500"),
        "tiers.large.from",
        'fall under no tier, between "small" and "large"',
    ),
    "a hole that only a tier for some customers covers": (
        _HOLE + _tier("acme", "EUR", 'customers = ["Acme"]'),
        "tiers.large.from",
        'fall under no tier, between "small" and "large"',
    ),
    "a hole in two currencies": (
        _HOLE.replace('"EUR"', '"EUR", "USD"'),
        "tiers.large.from",
        "in EUR and USD, amounts from 500 to below 1,000 fall under no tier",
    ),
    "a hole in one of two currencies": (
        _tier("small", "EUR USD", "below = 500") + _tier("middle", "EUR", "from = 500", "below = 1000")
        + _tier("large", "USD EUR", f"from = 1000{MARK}"),
        "tiers.large.from",
        "in USD, amounts from 500 to below 1,000 fall under no tier",
    ),
    "nothing at the bottom": (
        _tier("all", "EUR", f"from = 10{MARK}"),
        "tiers.all.from",
        'in EUR, amounts below 10 fall under no tier, "all" being the lowest; leave out "from"',
    ),
    "nothing at the top": (
        _tier("all", "EUR", f"below = 10{MARK}"),
        "tiers.all.below",
        'in EUR, amounts from 10 on fall under no tier, "all" being the highest; leave out "below"',
    ),
    "nothing at the top of every other currency": (
        _tier("all", "EUR") + _tier("rest", "*", f"below = 10{MARK}"),
        "tiers.rest.below",
        "in every other currency, amounts from 10 on fall under no tier",
    ),
    "only tiers for some": (
        _tier("acme", "EUR", 'customers = ["Acme"]').replace('["EUR"]', f'["EUR"]{MARK}')
        + _tier("capex", "EUR", 'tags = ["capex"]'),
        "tiers.acme.currencies",
        "in EUR, all tiers are for certain customers or tags; add one without",
    ),
    "a range that is none": (
        _tier("small", "EUR", "from = 500", f"below = 500{MARK}") + _tier("large", "EUR", "from = 500"),
        "tiers.small.below",
        'must be more than "from", which is 500',
    ),
    "every currency and another": (
        _tier("all", "EUR *").replace('"*"]', f'"*"]{MARK}'),
        "tiers.all.currencies",
        '"*" is every currency that no tier names, and must stand alone',
    ),
    "a currency that does not exist": (
        _tier("all", "EUR EURO").replace('"EURO"]', f'"EURO"]{MARK}'),
        "tiers.all.currencies[2]",
        "'EURO' is not an ISO 4217 currency code",
    ),
    "half a yen": (
        _tier("small", "JPY", f"below = 0.5{MARK}") + _tier("large", "JPY", "from = 0.5"),
        "tiers.small.below",
        "JPY has 0 decimal places, and 0.5 has more",
    ),
    "a third of a cent": (
        _tier("small", "EUR USD", f"below = 0.333{MARK}") + _tier("large", "EUR USD", "from = 0.333"),
        "tiers.small.below",
        "EUR has 2 decimal places, and 0.333 has more",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "path", "fragment"), _CASES.values(), ids=_CASES)
@pytest.mark.parametrize("of", ["tiers", "refund-tiers"])
def test_amounts_that_fall_under_no_tier_or_two(text: str, path: str, fragment: str, of: str) -> None:
    """Orders and refunds are judged apart, by the same rules."""
    other = _OTHERS if of == "refund-tiers" else _REFUNDS
    text = text.replace("[[tiers]]", f"[[{of}]]") + other
    policy, faults = examine(text)
    assert policy is None
    first = next(fault for fault in faults if fault.is_error)
    if MARK in text:
        assert first.line == marked_line(text)
    assert first.path == path.replace("tiers", of)
    assert fragment in first.message


@pytest.mark.parametrize(("text", "path", "fragment"), _CASES.values(), ids=_CASES)
def test_one_mistake_is_one_error(text: str, path: str, fragment: str) -> None:
    """But for an amount that a currency cannot have, which is said of each amount."""
    faults = [fault for fault in examine(text + _REFUNDS)[1] if fault.is_error]
    assert len(faults) == (text.count("0.5") or text.count("0.333") * 2 or 1)


@pytest.mark.parametrize(
    "text",
    [
        _tier("small", "EUR USD", "below = 0.01") + _tier("large", "USD EUR", "from = 0.01"),
        _tier("large", "EUR", "from = 0.010") + _tier("small", "EUR", "below = 0.01"),
        _tier("all", "EUR") + _tier("acme", "EUR", "from = 5", "below = 7", 'customers = ["Acme"]'),
        _tier("all", "EUR") + _tier("rest", "*"),
        _tier("all", "EUR", "from = 0") + _tier("all", "EUR", of="refund-tiers"),
        _tier("all", "EUR EUR"),
        _tier("all", "KWD", "below = 0.001") + _tier("more", "KWD", "from = 0.001"),
    ],
)
def test_ranges_that_fit(text: str) -> None:
    """A tier ends where the next begins; a refund's tier may have the name of an order's."""
    assert [fault for fault in examine(text)[1] if fault.is_error] == []
