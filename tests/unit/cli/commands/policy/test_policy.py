import hashlib
import json
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from orchestration.cli.app import app
from orchestration.cli.exit_codes import ExitCode
from tests.unit.policy_file.files import GOOD, NEEDS, OFFICE, changed

_TIERS = f"""\
[groups]
finance = ["U0ALICE01", "U0CAROL01"]
ops = ["S0OPS0001"]
sales = ["U0BOB0001"]
bosses = ["U0FRANK01"]
[operators]
slack = ["U0ERIN001"]
{OFFICE.replace("Europe/Berlin", "UTC")}
[[tiers]]
name = "small"
currencies = ["*"]
below = 500
automatic = true
[[tiers]]
name = "large"
currencies = ["*"]
from = 500
needs = {{ finance = 2, ops = 1 }}
barred = ["sales"]
override = "with-reason"
reminders = {{ after = "1h", times = 3 }}
expires-after = "72h"
[[tiers.escalations]]
after = "reminders"
ask = ["bosses"]
channels = ["C0UPDATES"]
counts-for = ["ops"]
[[tiers.escalations]]
after = "24h"
ask = ["finance"]
[[tiers]]
name = "trusted"
currencies = ["*"]
below = 2_000
customers = ["Acme*"]
tags = ["capex", "opex"]
needs = {{ finance = 1 }}
requester-may-approve = true
bar-previous-approvers = true
override = "never"
hours = "office"
clock-stops-outside-hours = true
information-stops-clock = true
reminders = {{ after = "1h", times = 1 }}
expires-after = "never"
"""


@pytest.fixture(autouse=True)
def _zone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """People here live an hour east of UTC, in a folder without a policy."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("APPROVAL_POLICY_FILE", raising=False)
    monkeypatch.setenv("TZ", "XYZ-1")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["policy", *arguments])


def _write(text: str, name: str = "approval-policy.toml") -> None:
    Path(name).write_text(text, encoding="utf-8")


def _explain(*arguments: str, amount: str = "7200", currency: str = "EUR") -> list[str]:
    _write(_TIERS)
    result = _run("explain", "--amount", amount, "--currency", currency, *arguments)
    assert result.exit_code == ExitCode.OK, result.output
    return result.stdout.splitlines()


def test_check_of_a_file_without_fault() -> None:
    """One line says what is in it."""
    _write(GOOD)
    result = _run("check")
    assert result.exit_code == ExitCode.OK
    assert result.stdout == "approval-policy.toml is fine: 1 tier for orders, 1 for refunds; no warnings.\n"


def test_check_shows_each_fault_with_its_line() -> None:
    """As compilers do, so that editors can jump there."""
    _write(changed((NEEDS, "needs = { boss = 1 }\nclock = 1"), ("#groups", "x = 1")), "mine.toml")
    result = _run("check", "mine.toml")
    assert result.exit_code == ExitCode.USAGE
    first, second, last = result.stdout.splitlines()
    assert first.startswith("mine.toml:4: error: groups.x: must be a list in brackets")
    assert second.startswith("mine.toml:10: error: tiers.all.clock: there is no such setting")
    assert last == "mine.toml cannot be used: 2 errors, no warnings."


def test_check_of_a_file_with_a_warning() -> None:
    """It can be used."""
    _write(changed(("#groups", 'x = ["U1"]')).partition("[[refund-tiers]]")[0])
    result = _run("check")
    assert result.exit_code == ExitCode.OK
    assert result.stdout.splitlines() == [
        "approval-policy.toml: warning: refund-tiers: there are no tiers for refunds, "
        "so all refunds are refused",
        "approval-policy.toml:4: warning: groups.x: nothing uses this group",
        "approval-policy.toml is fine: 1 tier for orders, none for refunds; 2 warnings.",
    ]


def test_check_in_json() -> None:
    """One document, whether it can be used or not."""
    text = changed(("ops = 1 }", "ops = 4 }"), ("#groups", 'x = ["U1"]'))
    _write(text)
    result = _run("check", "--json")
    assert result.exit_code == ExitCode.USAGE
    assert json.loads(result.stdout) == {
        "file": "approval-policy.toml",
        "ok": False,
        "digest": hashlib.sha256(text.encode()).hexdigest(),
        "faults": [
            {"line": 4, "path": "groups.x", "message": "nothing uses this group", "severity": "warning"},
            {
                "line": 9,
                "path": "tiers.all.needs.ops",
                "message": "asks for 4 of ops, in which there are 3; add people or ask for fewer",
                "severity": "error",
            },
        ],
    }
    _write(GOOD)
    assert json.loads(_run("check", "--json").stdout)["ok"] is True


def test_the_setting_names_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """An argument wins over it."""
    _write(GOOD, "other.toml")
    monkeypatch.setenv("APPROVAL_POLICY_FILE", "other.toml")
    assert _run("check").stdout.startswith("other.toml is fine")
    assert _run("explain", "--amount", "1", "--currency", "EUR").exit_code == ExitCode.OK
    assert _run("check", "missing.toml").exit_code == ExitCode.USAGE


@pytest.mark.parametrize("arguments", [["check"], ["explain", "--amount", "1", "--currency", "EUR"]])
def test_a_missing_file_is_said(arguments: list[str]) -> None:
    """With what to do about it."""
    result = _run(*arguments)
    assert (result.exit_code, result.stdout) == (ExitCode.USAGE, "")
    assert (
        "there is no approval policy at approval-policy.toml: copy approval-policy.example.toml"
        in result.stderr
    )
    document = json.loads(_run(*arguments, "--json").stdout)
    assert document["error"]["exit_code"] == ExitCode.USAGE


def test_what_is_written_in_the_file_cannot_command_a_terminal() -> None:
    """Names come from outside."""
    _write('"\\u001b[31m" = 1\n"[red]x[/red]" = 2')
    output = _run("check").output
    assert "\x1b" not in output
    assert "[red]x[/red]: there is no such setting" in output


def test_explain_says_who_is_asked_and_when() -> None:
    """Everything about a tier, times in the user's own zone."""
    lines = _explain("--customer", "Globex", "--tag", "capex", "--requester", "U0DAVE001")
    assert lines[:9] == [
        "Order: 7,200.00 EUR",
        "Tier: large",
        "Range: from 500.00 EUR",
        "Currency: no tier names EUR, so those for every other currency hold",
        "Passed over: trusted: it is for amounts below 2,000.00 EUR",
        "Asks: 2 of finance (U0ALICE01, U0CAROL01)",
        "Asks: 1 of ops (S0OPS0001)",
        "Cannot approve: U0DAVE001 (the requester)",
        "Cannot approve: sales (U0BOB0001) (barred)",
    ]
    assert lines[9] == "To cancel: 1 of the same people"
    first = re.fullmatch(r"Reminders: the first on (\S+ \S+) XYZ, then after 2h, 4h: 3 in all", lines[10])
    assert first is not None
    shown = datetime.fromisoformat(f"{first[1]}+01:00")
    assert timedelta(minutes=59) < shown - datetime.now(UTC) <= timedelta(hours=1)
    assert lines[11] == (
        "Escalation 1: when the reminders have run out asks bosses (U0FRANK01), tells C0UPDATES; "
        "a yes counts for ops"
    )
    again = r"Escalation 2: on \S+ \S+ XYZ asks finance \(U0ALICE01, U0CAROL01\); a yes counts for (.*)"
    assert re.sub(again, r"\1", lines[12]) == "finance and ops"
    assert re.fullmatch(r"Expires: on \S+ \S+ XYZ if asked now, as EXPIRED", lines[13])
    override = "Override: operators at the command line and U0ERIN001 may decide alone, with a reason"
    assert lines[14:] == [override]


def test_explain_says_why_a_special_tier_fits() -> None:
    """And what is special about its times and people."""
    lines = _explain("--customer", "ACME Corp", "--tag", "opex", "--tag", "x", amount="100", currency="jpy")
    assert lines[:9] == [
        "Order: 100 JPY",
        "Tier: trusted",
        "Range: below 2,000 JPY",
        "Currency: no tier names JPY, so those for every other currency hold",
        "Customer: ACME Corp is one of Acme*",
        "Tags: opex",
        "Asks: 1 of finance (U0ALICE01, U0CAROL01)",
        "Requester: may approve",
        "Cannot approve: whoever approved the same customer's previous order",
    ]
    assert lines[10].endswith(", and no other")
    assert lines[11:] == [
        "Expires: never",
        "Override: nobody may decide alone",
        "Hours: office (UTC): reminders are sent only then, and time counts only then",
        "Information: while it is waited for, the clock stops",
    ]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--customer", "Globex", "--tag", "capex"], "it is for the customers Acme*"),
        (["--tag", "capex"], "it is for the customers Acme*"),
        (["--customer", "Acme"], "it is for the tags capex, opex"),
        (["--customer", "Acme", "--tag", "other"], "it is for the tags capex, opex"),
    ],
)
def test_explain_says_why_a_special_tier_was_passed_over(arguments: list[str], reason: str) -> None:
    """The first thing that does not fit."""
    assert f"Passed over: trusted: {reason}" in _explain(*arguments, amount="700")


def test_explain_of_an_automatic_tier() -> None:
    """Nobody is asked, and nothing else matters."""
    assert _explain(amount="499.99")[-1] == "Asks: nobody: it is approved automatically"


def test_explain_says_when_the_requester_makes_it_impossible() -> None:
    """Both of finance are needed, and nobody approves their own."""
    dead_end = "Dead end: without U0ALICE01 there are too few people, so nobody can complete it"
    assert dead_end in _explain("--requester", "U0ALICE01")
    assert not [line for line in _explain("--requester", "U0BOB0001") if line.startswith("Dead end")]


def test_explain_of_a_refund() -> None:
    """With tiers of its own."""
    _write(GOOD)
    result = _run("explain", "--amount", "12.5", "--currency", "EUR", "--refund")
    assert result.stdout.splitlines()[:3] == ["Refund: 12.50 EUR", "Tier: refund", "Range: every amount"]


def test_explain_in_json() -> None:
    """Times in UTC, amounts in minor units; the time zone's offsets are left out."""
    document = json.loads("\n".join(_explain("--json", "--requester", "U0ALICE01")))
    assert document["asked"]["amount"] == 720_000
    assert (document["tier"], document["automatic"]) == ("large", False)
    assert document["range"]["at_least"] == "500"
    assert document["passed_over"] == [{"tier": "trusted", "reason": "it is for amounts below 2,000.00 EUR"}]
    asks = document["asks"]
    assert [(each["group"], each["count"]) for each in asks["requirements"]] == [("finance", 2), ("ops", 1)]
    assert asks["can_be_met"] is False
    assert [each["at"] is None for each in asks["escalations"]] == [True, False]
    for moment in (asks["first_reminder"], asks["escalations"][1]["at"], asks["expires"]):
        assert moment.endswith("Z")
    assert "offsets" not in json.dumps(document)
    assert json.loads("\n".join(_explain("--json", amount="1")))["asks"] is None


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--amount", "x", "--currency", "EUR"], "--amount: 'x' is not an amount"),
        (["--amount", "1.234", "--currency", "EUR"], "--amount: EUR has 2 decimal places"),
        (["--amount", "-1", "--currency", "EUR"], "--amount: must be 0 to 1,000,000,000,000 minor units"),
        (["--amount", "1e999998", "--currency", "EUR"], "--amount: must be 0 to"),
        (["--amount", "1", "--currency", "EURO"], "--currency: 'EURO' is not an ISO 4217 currency code"),
        (["--amount", "1", "--currency", "EUR", "--refund"], "the approval policy has no tier for refunds"),
    ],
)
def test_explain_of_what_makes_no_sense(arguments: list[str], message: str) -> None:
    """A sentence, and exit code 2."""
    _write(_TIERS)
    result = _run("explain", *arguments)
    assert (result.exit_code, result.stdout) == (ExitCode.USAGE, "")
    assert message in result.stderr
    assert "Traceback" not in result.stderr


def test_explain_by_a_file_that_is_wrong() -> None:
    """Each error on a line of its own."""
    _write(changed((NEEDS, "needs = { boss = 1 }")), "mine.toml")
    result = _run("explain", "--amount", "1", "--currency", "EUR", "--file", "mine.toml")
    assert result.exit_code == ExitCode.USAGE
    heading, error = result.stderr.splitlines()
    assert heading == "approval policy mine.toml cannot be used:"
    assert error.startswith("  line 9, tiers.all.needs.boss: there is no group 'boss'")
