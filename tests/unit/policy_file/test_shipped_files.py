"""The example policy shows every setting; the demo's policy has the tiers that the README names."""

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from orchestration.domain.policy.approval_policy import ApprovalPolicy, Subject, TierQuery
from orchestration.policy_file.load import load_policy
from orchestration.policy_file.schema import (
    EscalationTable,
    HoursTable,
    OperatorsTable,
    PolicyTable,
    RemindersTable,
    TierTable,
)

_ROOT = Path(__file__).parents[3]
_TABLES = (PolicyTable, OperatorsTable, HoursTable, TierTable, RemindersTable, EscalationTable)


@pytest.fixture(scope="module")
def demo() -> ApprovalPolicy:
    return load_policy(_ROOT / "localdev/approval-policy.toml")[0]


@pytest.mark.parametrize("name", ["approval-policy.example.toml", "localdev/approval-policy.toml"])
@pytest.mark.parametrize("table", _TABLES)
def test_every_setting_is_shown(name: str, table: type[BaseModel]) -> None:
    """One that is added to the schema is added here as well."""
    text = (_ROOT / name).read_text(encoding="utf-8")
    used = set(re.findall(r"[\[{,.\s]([a-z-]+)(?=\.[a-z]+\]|\]| =)", re.sub(r"#.*", "", text)))
    assert {field.alias for field in table.model_fields.values()} <= used


@pytest.mark.parametrize(
    ("amount", "currency", "tier", "asks"),
    [
        (49_999, "EUR", "small", {}),
        (50_000, "EUR", "medium", {"finance": 1}),
        (499_999, "USD", "medium", {"finance": 1}),
        (500_000, "USD", "large", {"finance": 1, "management": 1}),
        (49_999, "JPY", "small in yen", {}),
        (141_000, "JPY", "medium in yen", {"finance": 1}),
        (500_000, "JPY", "large in yen", {"finance": 1, "management": 1}),
    ],
)
def test_whom_the_demo_asks(
    demo: ApprovalPolicy, amount: int, currency: str, tier: str, asks: dict[str, int]
) -> None:
    """By the amount, in minor units."""
    found = demo.tier_for(TierQuery(amount=amount, currency=currency, customer="Harbour Coffee Roasters"))
    requirements = found.tier.requirements if found.tier else ()
    assert (found.name, {each.group: each.count for each in requirements}) == (tier, asks)


def test_the_demo_has_two_tiers_for_refunds(demo: ApprovalPolicy) -> None:
    """One automatic, one that asks."""
    refunds = [each for each in demo.tiers if each.selector.subject is Subject.REFUND]
    assert [each.tier is None for each in refunds] == [True, False]
