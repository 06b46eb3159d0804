"""Which tier of the approval policy an order falls under, and why the tiers before it do not apply."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from orchestration.domain.currency import format_amount, to_major, to_minor
from orchestration.domain.policy.approval_policy import ApprovalPolicy, PolicyTier, Selector, TierQuery
from orchestration.policy_file.checks.quorum import shortage


@dataclass(frozen=True)
class Explanation:
    """The tier `found` for the order `asked`. `requester` is empty if the option was not given."""

    policy: ApprovalPolicy
    found: PolicyTier
    asked: TierQuery
    requester: str
    now: datetime

    @property
    def passed_over(self) -> tuple[tuple[str, str], ...]:
        """Return the earlier tiers for certain customers or tags that do not apply, each with the reason."""
        tiers = [
            each
            for each in self.policy.in_currency(self.asked.subject, self.asked.currency)
            if each.selector.is_restricted
        ]
        if self.found in tiers:
            tiers = tiers[: tiers.index(self.found)]
        return tuple((each.name, _mismatch(each.selector, self.asked)) for each in tiers)

    @property
    def cannot_be_met(self) -> bool:
        """Whether too few people could approve the order, since the requester may not."""
        tier = self.found.tier
        if tier is None or tier.requester_may_approve or not self.requester:
            return False
        return shortage(tier.requirements, tier.barred, without=self.requester) > 0


def amount_range(selector: Selector, currency: str) -> str:
    """Write the range of amounts that a tier is for, with the currency."""
    start = f"from {_money(selector.at_least, currency)}" if selector.at_least else ""
    end = f"below {_money(selector.below, currency)}" if selector.below is not None else ""
    return " to ".join(filter(None, [start, end])) or "every amount"


def _money(amount: Decimal, currency: str) -> str:
    try:
        return format_amount(to_minor(amount, currency), currency)
    except ValueError:
        # A tier for every currency can have more decimals than this currency has.
        return f"{amount:,f} {currency}"


def _mismatch(selector: Selector, asked: TierQuery) -> str:
    if not selector.matches_amount(to_major(asked.amount, asked.currency)):
        return f"it is for amounts {amount_range(selector, asked.currency)}"
    # Both customers and tags have to match; this finds out which of them does not.
    if not selector.model_copy(update={"tags": ()}).matches_customer_and_tags(asked):
        return f"it is for the customers {', '.join(selector.customers)}"
    return f"it is for the tags {', '.join(selector.tags)}"
