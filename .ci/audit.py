#!/usr/bin/env python3
"""Fails if a pinned package has a known vulnerability, and says so loudly if nobody could be asked.

The exit code of pip-audit does not tell: it is 1 for a finding and for a lost connection alike, and 0 with
"No known vulnerabilities found" where an index knows none of the packages. Its JSON does.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

# It has the pins of the other two files, which a test compares.
PINS = Path(__file__).parent.parent / "requirements-dev.txt"
SERVICES = ("pypi", "osv")


def pip_audit(*options: str) -> "subprocess.CompletedProcess[str]":
    """Run it on the pins, without pip and without a look at this environment."""
    command = [sys.executable, "-m", "pip_audit", "--progress-spinner", "off", "--format", "json"]
    command += ["--requirement", str(PINS), "--require-hashes", "--disable-pip", *options]
    return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603


def ask(service: str) -> tuple[list[str], list[str], int]:
    """Ask one service: the findings, what was not checked and why, and how many packages were."""
    done = pip_audit("--vulnerability-service", service, "--timeout", "10")
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError, TypeError):
        reason = (done.stderr.strip() or f"exit code {done.returncode}").splitlines()[-1]
        return [], [f"{service}: {reason}"], 0
    findings = [
        f"{each['name']} {each['version']}: {', '.join([vuln['id'], *vuln.get('aliases', [])])}; "
        f"mended in {', '.join(vuln['fix_versions']) or 'no version yet'}"
        for each in packages
        for vuln in each.get("vulns", ())
    ]
    skipped = [f"{service}: {each['skip_reason']}" for each in packages if "skip_reason" in each]
    return findings, skipped, len(packages) - len(skipped)


def main() -> int:
    """Ask one service after the other until one knows all packages; the exit code."""
    # Without asking anybody: pins that cannot be read are our own fault.
    readable = pip_audit("--dry-run")
    if readable.returncode:
        print(f"The pins in {PINS.name} cannot be read:\n{readable.stderr}", file=sys.stderr)
        return 1
    unchecked: list[str] = []
    for service in SERVICES:
        findings, skipped, checked = ask(service)
        if findings:
            print("Known vulnerabilities in the pinned packages:", *findings, sep="\n  ", file=sys.stderr)
            return 1
        if checked and not skipped:
            print(f"No known vulnerability in {checked} pinned packages ({service}).")
            return 0
        unchecked += skipped[:1] or [f"{service}: it named no package"]
    print(
        "NOT CHECKED for known vulnerabilities: no advisory service knew all of the pinned packages.",
        *unchecked,
        sep="\n  ",
    )
    return 1 if os.environ.get("AUDIT_REQUIRED") == "1" else 0


if __name__ == "__main__":
    sys.exit(main())
