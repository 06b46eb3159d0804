"""Checks that each amount in each currency falls under exactly one tier that is for every customer."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations

from orchestration.domain.policy.approval_policy import ANY_CURRENCY
from orchestration.policy_file.checks.patterns import can_overlap
from orchestration.policy_file.findings import Findings, join_names
from orchestration.policy_file.schema import TierTable
from orchestration.policy_file.toml_lines import Path

Numbered = tuple[int, TierTable]
Problem = tuple[Path, str]


def check_ranges(key: str, tiers: Sequence[TierTable], findings: Findings) -> None:
    """Check overlaps and gaps in each currency; warn where tiers for certain customers or tags overlap."""
    problems: dict[Problem, list[str]] = {}
    for currency in dict.fromkeys(currency for tier in tiers for currency in tier.currencies):
        name = "every other currency" if currency == ANY_CURRENCY else currency
        for problem in _problems([(i, tier) for i, tier in enumerate(tiers) if currency in tier.currencies]):
            problems.setdefault(problem, []).append(name)
    for (path, message), currencies in problems.items():
        findings.error((key, *path), f"in {join_names(currencies)}, {message}")
    for first, second in combinations(enumerate(tiers), 2):
        _check_special(key, first, second, findings)


def _problems(tiers: Sequence[Numbered]) -> Iterator[Problem]:
    """Yield the problems of the tiers of one currency."""
    if any(_is_empty(tier) for _, tier in tiers):
        return  # reported elsewhere, and the cause of whatever would be found here
    plain = sorted(
        ((i, tier) for i, tier in tiers if not tier.is_restricted), key=lambda each: each[1].at_least
    )
    if not plain:
        text = 'all tiers are for certain customers or tags; add one without "customers" and "tags"'
        yield (tiers[0][0], "currencies"), text
        return
    first = plain[0]
    if first[1].at_least > 0:
        text = f'amounts below {first[1].at_least:,f} fall under no tier, "{first[1].name}" being the lowest'
        yield (first[0], "from"), f'{text}; leave out "from", or add a tier'
    highest = first[1]
    for index, tier in plain[1:]:
        end, where, cure = highest.below, (index, "from"), 'let "from" of the one be "below" of the other'
        if end is None or tier.at_least < end:
            both = _range(tier.at_least, min(_ends(highest, tier), default=None))
            yield where, f'amounts {both} fall under "{highest.name}" and "{tier.name}"; {cure}'
        elif tier.at_least > end:
            hole = _range(end, tier.at_least)
            yield (
                where,
                f'amounts {hole} fall under no tier, between "{highest.name}" and "{tier.name}"; {cure}',
            )
        if end is not None and (tier.below is None or tier.below > end):
            highest = tier
    if highest.below is not None:
        last = next(index for index, tier in plain if tier is highest)
        text = f'amounts {_range(highest.below, None)} fall under no tier, "{highest.name}" being the highest'
        yield (last, "below"), f'{text}; leave out "below", or add a tier'


def _is_empty(tier: TierTable) -> bool:
    return tier.below is not None and tier.at_least >= tier.below


def _ends(*tiers: TierTable) -> list[Decimal]:
    return [tier.below for tier in tiers if tier.below is not None]


def _range(start: Decimal, end: Decimal | None) -> str:
    return f"from {start:,f} on" if end is None else f"from {start:,f} to below {end:,f}"


def _check_special(key: str, first: Numbered, second: Numbered, findings: Findings) -> None:
    (_, one), (index, other) = first, second
    currencies = not set(one.currencies).isdisjoint(other.currencies)
    end = min(_ends(one, other), default=None)
    meet = end is None or max(one.at_least, other.at_least) < end
    # An order can have any tags, so tiers for different tags can overlap.
    same = not one.customers or not other.customers or can_overlap(one.customers, other.customers)
    if one.is_restricted and other.is_restricted and currencies and meet and same:
        text = f'an order can fall under this tier and under "{one.name}" as well; the first in the file wins'
        findings.warn((key, index), text)
