"""The approval policy: which tier an order, or a refund, falls under."""

from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Annotated

from pydantic import Field

from orchestration.domain.currency import to_major
from orchestration.domain.errors import NoMatchingTier
from orchestration.domain.model import FrozenModel
from orchestration.domain.policy.tier import Tier

ANY_CURRENCY = "*"


class Subject(StrEnum):
    """The kind of thing that needs approval."""

    ORDER = "order"
    REFUND = "refund"


class TierQuery(FrozenModel):
    """The properties of an order or a refund that select its tier; `amount` is in minor units."""

    amount: int
    currency: str
    customer: str
    tags: tuple[str, ...] = ()
    subject: Subject = Subject.ORDER


class Selector(FrozenModel):
    """The conditions of a tier. Amounts are in major units of the order's currency; `below` is exclusive."""

    subject: Subject = Subject.ORDER
    currencies: Annotated[tuple[str, ...], Field(min_length=1)]
    """ISO 4217 codes, or "*" for every currency that no tier of this subject names."""
    at_least: Decimal = Decimal(0)
    below: Decimal | None = None
    customers: tuple[str, ...] = ()
    """Patterns such as ``Acme*``, matched without regard to case; empty: every customer."""
    tags: tuple[str, ...] = ()
    """Any one of them is enough; empty: with or without tags."""

    @property
    def is_restricted(self) -> bool:
        """Whether the tier is for certain customers or tags only; such tiers are tried first."""
        return bool(self.customers or self.tags)

    def matches_amount(self, amount: Decimal) -> bool:
        """Whether the amount is in the tier's range."""
        return amount >= self.at_least and (self.below is None or amount < self.below)

    def matches_customer_and_tags(self, asked: TierQuery) -> bool:
        """Whether the tier is for this customer and these tags."""
        customer = asked.customer.casefold()
        named = not self.customers or any(fnmatchcase(customer, one.casefold()) for one in self.customers)
        return named and (not self.tags or not set(self.tags).isdisjoint(asked.tags))


class PolicyTier(FrozenModel):
    """One tier of the policy. `tier` None: orders under it need no approval."""

    name: str
    selector: Selector
    tier: Tier | None


class ApprovalPolicy(FrozenModel):
    """The approval policy, with the digest of its file."""

    tiers: tuple[PolicyTier, ...]
    digest: str = ""
    """SHA-256 of the file, in hex; stored in the audit log with each order."""

    def tier_for(self, asked: TierQuery) -> PolicyTier:
        """Return the tier for an order or a refund. Raises NoMatchingTier if there is none.

        Tiers that name customers or tags come first, in the order of the file; the others do not overlap.
        """
        amount = to_major(asked.amount, asked.currency)
        candidates = self.in_currency(asked.subject, asked.currency)
        for each in sorted(candidates, key=lambda one: not one.selector.is_restricted):
            if each.selector.matches_amount(amount) and each.selector.matches_customer_and_tags(asked):
                return each
        raise NoMatchingTier(
            f"the approval policy has no tier for {asked.subject}s of {amount:,f} {asked.currency}"
            + (
                ""
                if candidates
                else f", since it has no tier for {asked.currency} and none for every currency"
            )
        )

    def in_currency(self, subject: Subject, currency: str) -> tuple[PolicyTier, ...]:
        """Return the tiers that name the currency; if there are none, those for "*"."""
        of_subject = [each for each in self.tiers if each.selector.subject is subject]
        return _naming(of_subject, currency) or _naming(of_subject, ANY_CURRENCY)


def _naming(tiers: Iterable[PolicyTier], currency: str) -> tuple[PolicyTier, ...]:
    return tuple(each for each in tiers if currency in each.selector.currencies)
