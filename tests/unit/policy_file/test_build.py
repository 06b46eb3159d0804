"""The policy that workflows get has every group and working hour resolved."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from orchestration.domain.errors import NoMatchingTier
from orchestration.domain.policy.approval_policy import ApprovalPolicy, Selector, Subject, TierQuery
from orchestration.domain.policy.tier import (
    Escalation,
    ExpiryStatus,
    Group,
    Override,
    Reminders,
    Requirement,
    Tier,
)
from tests.unit.policy_file.files import OFFICE, changed, policy_of

_FULL = """\
[groups]
finance = ["U0ALICE01", "S0FINANCE", "U0ALICE01"]
ops = ["U0BOB0001", "U0DAVE001"]
sales = ["W0ERIN001"]
interns = ["U0INTERN1"]

[operators]
slack = ["U0ALICE01"]
{office}
holidays = [2026-12-26, 2026-12-25, 2026-12-25]

[[tiers]]
name = "full"
currencies = ["EUR", "USD"]
from = 12.50
below = 5_000
customers = ["Acme*"]
tags = ["capex"]
needs = {{ ops = 2, finance = 1 }}
cancel-needs = 3
requester-may-approve = true
bar-previous-approvers = true
barred = ["interns"]
override = "with-reason"
hours = "office"
{clock}
information-stops-clock = true
reminders = {{ after = "1d", growing = 1.5, at-most = "2d", times = 4 }}
expires-after = "8d"
expires-at = "18:00"
expires-as = "CANCELLED"

  [[tiers.escalations]]
  after = "reminders"
  ask = ["sales", "ops"]
  channels = ["C0UPDATES"]
  counts-for = ["finance"]

  [[tiers.escalations]]
  after = "2000h"
  ask = ["sales"]

[[tiers]]
name = "rest"
currencies = ["EUR", "USD"]
automatic = true

[[refund-tiers]]
name = "refund"
currencies = ["*"]
needs = {{ finance = 1 }}
reminders = {{ after = "30h" }}
expires-after = "never"
"""


def _policy(clock: str = "") -> ApprovalPolicy:
    return policy_of(_FULL.format(office=OFFICE, clock=clock))


def test_everything_is_resolved_into_the_tier() -> None:
    """Groups become people, spans become time, names of hours become hours."""
    full = _policy().tiers[0]
    assert full.selector == Selector(
        currencies=("EUR", "USD"),
        at_least=Decimal("12.50"),
        below=Decimal(5000),
        customers=("Acme*",),
        tags=("capex",),
    )
    assert full.tier is not None
    hours = full.tier.hours
    assert hours is not None
    sales = Group(group="sales", members=("W0ERIN001",))
    ops = ("U0BOB0001", "U0DAVE001")
    assert full.tier == Tier(
        name="full",
        requirements=(
            Requirement(group="ops", members=ops, count=2),
            Requirement(group="finance", members=("U0ALICE01", "S0FINANCE"), count=1),
        ),
        cancel_count=3,
        requester_may_approve=True,
        bars_previous_approvers=True,
        barred=(Group(group="interns", members=("U0INTERN1",)),),
        override=Override.WITH_REASON,
        operators=("U0ALICE01",),
        hours=hours,
        information_stops_clock=True,
        reminders=Reminders(after=timedelta(days=1), growing=1.5, at_most=timedelta(days=2), times=4),
        escalations=(
            Escalation(
                after=None,
                groups=(sales, Group(group="ops", members=ops)),
                channels=("C0UPDATES",),
                counts_for=("finance",),
            ),
            Escalation(after=timedelta(hours=2000), groups=(sales,), counts_for=("ops", "finance")),
        ),
        expires_after=timedelta(days=8),
        expires_at=18 * 60,
        expires_as=ExpiryStatus.CANCELLED,
    )
    assert (hours.name, hours.zone, hours.days) == ("office", "Europe/Berlin", (0, 1, 2, 3, 4))
    assert (hours.opens, hours.closes) == (540, 1050)
    assert hours.holidays == (date(2026, 12, 25), date(2026, 12, 26))
    assert {offset.seconds for offset in hours.offsets} == {3600, 7200}
    assert hours.offsets[0].since < datetime.now(UTC)


def test_a_day_is_a_working_day_where_the_clock_stops() -> None:
    """From 9:00 to 17:30; hours stay hours."""
    tier = _policy("clock-stops-outside-hours = true").tiers[0].tier
    assert tier is not None
    assert tier.expires_after == 8 * timedelta(hours=8.5)
    assert tier.reminders is not None
    assert (tier.reminders.after, tier.reminders.at_most) == (timedelta(hours=8.5), timedelta(hours=17))
    assert tier.escalations[1].after == timedelta(hours=2000)


def test_defaults() -> None:
    """What a tier has that says no more than it must."""
    refund = _policy().tiers[2]
    assert refund.selector.subject is Subject.REFUND
    assert refund.tier == Tier(
        name="refund",
        requirements=(Requirement(group="finance", members=("U0ALICE01", "S0FINANCE")),),
        operators=("U0ALICE01",),
        # The gaps may be a day long, or as long as the first.
        reminders=Reminders(after=timedelta(hours=30), at_most=timedelta(hours=30)),
    )


def test_the_tiers_are_found() -> None:
    """By subject, currency, amount, customer and tags."""

    def found(amount: int, currency: str, **more: object) -> str:
        asked = {"customer": "ACME Ltd", "tags": ("capex",), "amount": amount, "currency": currency}
        return policy.tier_for(TierQuery.model_validate(asked | more)).name

    policy = _policy()
    assert found(1250, "EUR") == "full"
    assert found(1249, "EUR") == found(500_000, "USD") == found(1250, "EUR", tags=()) == "rest"
    assert found(1250, "EUR", customer="Globex") == "rest"
    assert found(1, "JPY", subject=Subject.REFUND) == "refund"
    with pytest.raises(NoMatchingTier, match="no tier for JPY"):
        found(1, "JPY")


def test_an_automatic_tier_has_nobody() -> None:
    """None in place of a tier."""
    assert _policy().tiers[1].tier is None
    assert policy_of(changed()).tiers[1].tier is None
