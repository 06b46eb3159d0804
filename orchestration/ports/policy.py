"""Interface of the source of the approval policy."""

from typing import Protocol

from orchestration.domain.policy.approval_policy import ApprovalPolicy


class PolicySource(Protocol):
    """Provides the approval policy, which may change while the process runs."""

    @property
    def current(self) -> ApprovalPolicy:
        """The current policy."""
