"""Checks that a tier is complete, has valid currencies, and is either automatic or asks people."""

from orchestration.domain.currency import CURRENCIES, to_minor
from orchestration.domain.policy.approval_policy import ANY_CURRENCY
from orchestration.policy_file.findings import Findings
from orchestration.policy_file.schema import PolicyTable, TierTable
from orchestration.policy_file.toml_lines import Path
from orchestration.policy_file.values import NEVER

_OF_AUTOMATIC = {"name", "currencies", "at_least", "below", "customers", "tags", "automatic"}


def check_tier(file: PolicyTable, tier: TierTable, path: Path, findings: Findings) -> None:
    """Check a tier, except for its groups and its times."""
    _check_currencies(tier, path, findings)
    _check_amounts(tier, path, findings)
    if tier.automatic:
        for name in sorted(tier.model_fields_set - _OF_AUTOMATIC):
            setting = TierTable.model_fields[name].alias or name
            findings.error(
                (*path, setting), "nobody is asked in an automatic tier; leave this out, or automatic"
            )
        return
    if tier.needs is None:
        findings.error(
            path, 'says neither whom it needs nor that it is automatic; add "needs = { GROUP = 1 }"'
        )
    elif not tier.needs:
        findings.error((*path, "needs"), "names no group; write it like { finance = 1 }")
    _check_ending(tier, path, findings)
    _check_hours(file, tier, path, findings)


def _check_currencies(tier: TierTable, path: Path, findings: Findings) -> None:
    where = (*path, "currencies")
    if ANY_CURRENCY in tier.currencies and len(set(tier.currencies)) > 1:
        findings.error(
            where, '"*" is every currency that no tier names, and must stand alone; make it two tiers'
        )
    for index, currency in enumerate(tier.currencies):
        if currency not in CURRENCIES and currency != ANY_CURRENCY:
            findings.error((*where, index), f'{currency!r} is not an ISO 4217 currency code such as "EUR"')


def _check_amounts(tier: TierTable, path: Path, findings: Findings) -> None:
    for name, amount in (("from", tier.at_least), ("below", tier.below)):
        for currency in dict.fromkeys(tier.currencies):
            if amount is not None and currency in CURRENCIES:
                try:
                    to_minor(amount, currency)
                except ValueError as error:
                    findings.error((*path, name), str(error))
    if tier.below is not None and tier.at_least >= tier.below:
        text = f'must be more than "from", which is {tier.at_least:,f}: no amount would fall under this tier'
        findings.error((*path, "below"), text)


def _check_ending(tier: TierTable, path: Path, findings: Findings) -> None:
    if tier.expires_at is None and tier.expires_after is None:
        text = 'is missing; write it like "72h", or "never" for a tier that waits for ever'
        findings.error((*path, "expires-after"), text)
    if tier.expires_at is not None and tier.expires_after == NEVER:
        findings.error((*path, "expires-at"), 'contradicts expires-after = "never"; leave out one of them')
    if tier.expires_after == NEVER and not tier.reminders and not tier.escalations:
        text = "never, and there are neither reminders nor escalations: such an order can lie there for good"
        findings.warn((*path, "expires-after"), text)


def _check_hours(file: PolicyTable, tier: TierTable, path: Path, findings: Findings) -> None:
    if tier.hours is not None:
        if tier.hours not in file.hours:
            text = f"there are no hours {tier.hours!r}; add a table [hours.{tier.hours}], or leave this out"
            findings.error((*path, "hours"), text)
        return
    for name, is_set in (
        ("expires-at", tier.expires_at is not None),
        ("clock-stops-outside-hours", tier.clock_stops_outside_hours),
    ):
        if is_set:
            findings.error((*path, name), 'needs "hours", which say the days, times and time zone')
