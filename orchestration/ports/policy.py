"""Interface of the source of the approval policy."""

from typing import Protocol

from orchestration.domain.policy.approval_policy import ApprovalPolicy


class PolicySource(Protocol):
    """Where the approval policy comes from; it may change while the process runs."""

    @property
    def current(self) -> ApprovalPolicy:
        """The policy as it stands."""
