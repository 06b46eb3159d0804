"""Loads the policy file, with errors and warnings by line."""

import hashlib
import tomllib
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import NamedTuple

from orchestration.domain.errors import PolicyWrong
from orchestration.domain.policy.approval_policy import ApprovalPolicy
from orchestration.domain.policy.deadlines import deadline_of, first_reminder
from orchestration.policy_file.build import build
from orchestration.policy_file.checks.policy import check
from orchestration.policy_file.diagnostics import Diagnostic, locate, syntax_diagnostic
from orchestration.policy_file.findings import Findings
from orchestration.policy_file.read import read
from orchestration.policy_file.schema import PolicyTable

__all__ = ["LARGEST", "Diagnostic", "PolicyText", "examine", "load_policy", "read_text"]

LARGEST = 1_000_000
"""The most bytes of a policy file; a larger one is some other file."""


class PolicyText(NamedTuple):
    """A file's text, and the SHA-256 of its bytes in hex."""

    text: str
    digest: str


def load_policy(path: Path) -> tuple[ApprovalPolicy, tuple[Diagnostic, ...]]:
    """Return the policy and its warnings. Raises PolicyWrong with every error."""
    content = read_text(path)
    policy, diagnostics = examine(content.text)
    if policy is None:
        errors = [
            f"  line {each.line}, {each}" if each.line else f"  {each}"
            for each in diagnostics
            if each.is_error
        ]
        raise PolicyWrong("\n".join([f"approval policy {path} cannot be used:", *errors]))
    return policy.model_copy(update={"digest": content.digest}), diagnostics


def read_text(path: Path) -> PolicyText:
    """Read the file without parsing it. Raises PolicyWrong with what to do."""
    advice = "copy approval-policy.example.toml from the repository, or set APPROVAL_POLICY_FILE"
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except FileNotFoundError:
        raise PolicyWrong(f"there is no approval policy at {path}: {advice}") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise PolicyWrong(f"approval policy {path} cannot be read: {reason}; {advice}") from None
    if len(content) > LARGEST:
        raise PolicyWrong(f"approval policy {path} is larger than {LARGEST:,} bytes; is it another file?")
    try:
        # Editors on Windows may begin the file with a byte order mark, which TOML does not allow.
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise PolicyWrong(f"approval policy {path} is not UTF-8, see line {line}: save it as UTF-8") from None
    return PolicyText(text, hashlib.sha256(content).hexdigest())


def examine(text: str) -> tuple[ApprovalPolicy | None, tuple[Diagnostic, ...]]:
    """Read a policy. None: there are errors. Diagnostics come in the order of their lines; never raises."""
    try:
        document = tomllib.loads(text, parse_float=_decimal)
    except (ValueError, RecursionError) as error:
        return None, (syntax_diagnostic(text, error),)
    findings, now = Findings(), datetime.now(UTC)
    file = read(document, findings)
    if file is not None:
        check(file, now, findings)
    policy = None
    if file is not None and not findings.has_errors:
        policy = build(file, now)
        _check_openings(file, policy, now, findings)
    diagnostics = locate(findings, text, document)
    if policy is None or findings.has_errors:
        return None, diagnostics
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return policy.model_copy(update={"digest": digest}), diagnostics


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal("NaN")  # an exponent that nobody can calculate with; the schema refuses it


def _check_openings(file: PolicyTable, policy: ApprovalPolicy, now: datetime, findings: Findings) -> None:
    paths = [(key, index) for key, tiers in file.lists() for index in range(len(tiers))]
    for path, each in zip(paths, policy.tiers, strict=True):
        try:
            if each.tier is not None:
                deadline_of(each.tier, now)
                first_reminder(each.tier, now)
        except (ValueError, OverflowError):
            text = "are closed for so long that no deadline can be told; see their holidays"
            findings.error((*path, "hours"), text)
