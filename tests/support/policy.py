"""Approval policies for tests."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from orchestration.domain.policy.approval_policy import ApprovalPolicy, PolicyTier, Selector
from orchestration.domain.policy.tier import Requirement, Tier


def a_tier(*approvers: str, count: int = 1, **fields: Any) -> Tier:
    """A tier with one group of approvers and three days to decide."""
    requirement = Requirement(group="approvers", members=approvers, count=count)
    base = {"name": "500 and more", "requirements": (requirement,), "expires_after": timedelta(hours=72)}
    return Tier.model_validate(base | fields)


def a_policy(tier: Tier, threshold: Decimal = Decimal(500)) -> ApprovalPolicy:
    """A policy with the tier from the threshold on, in any currency; below it orders need no approval."""
    small = Selector(currencies=("*",), below=threshold)
    large = Selector(currencies=("*",), at_least=threshold)
    return ApprovalPolicy(
        tiers=(
            PolicyTier(name="small", selector=small, tier=None),
            PolicyTier(name=tier.name, selector=large, tier=tier),
        ),
        digest="d" * 64,
    )


class FixedPolicy:
    """A policy source without a file."""

    def __init__(self, policy: ApprovalPolicy) -> None:
        self.current = policy


def policy_file(folder: Path, *approvers: str) -> Path:
    """Write such a policy into a file."""
    path = folder / "approval-policy.toml"
    members = ", ".join(f'"{each}"' for each in approvers)
    path.write_text(
        f"""
[groups]
approvers = [{members}]

[[tiers]]
name = "small"
currencies = ["*"]
below = 500
automatic = true

[[tiers]]
name = "500 and more"
currencies = ["*"]
from = 500
needs = {{ approvers = 1 }}
expires-after = "72h"

[[refund-tiers]]
name = "refund"
currencies = ["*"]
needs = {{ approvers = 1 }}
expires-after = "72h"
"""
    )
    return path
