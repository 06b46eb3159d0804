"""Delegations from a terminal: stored, listed, refused, spoken for, ended."""

import json

import pytest

from orchestration.cli.exit_codes import ExitCode
from tests.integration.cli.conftest import Cli
from tests.integration.cli.orders import wait_for_status

SEVEN_TO_NINE = ("delegate", "--from", "U7", "--to", "U9", "--until", "tomorrow")


@pytest.mark.usefixtures("working")
async def test_a_delegate_approves_under_their_own_name(cli: Cli) -> None:
    """U7 approves by the policy and is away; U9 may only until that is ended."""
    started = json.loads((await cli("start-workflow", "--json")).stdout)["order_id"]
    await wait_for_status(cli, started, "PENDING_MANUAL_APPROVAL")
    assert (await cli("signal", started, "approve", "--as", "U9")).exit_code == ExitCode.REFUSED
    assert (await cli(*SEVEN_TO_NINE)).exit_code == ExitCode.OK
    assert (await cli("signal", started, "approve", "--as", "U9")).exit_code == ExitCode.OK
    document = await wait_for_status(cli, started, "SHIPPED")
    assert document["decided"]["by"]["id"] == "U9"
    assert [each["person"] for each in document["decided"]["by"]["delegations"]] == ["U7"]


async def test_granted_listed_replaced_and_ended(cli: Cli) -> None:
    """Each for a group of its own."""
    for limit in ([], ["--group", "finance"], ["--group", "finance"]):
        assert (await cli(*SEVEN_TO_NINE, *limit)).exit_code == ExitCode.OK
    listed = json.loads((await cli("delegations", "--json")).stdout)["delegations"]
    assert [(each["person"], each["group"]) for each in listed] == [("U7", None), ("U7", "finance")]
    assert (await cli("delegate", "--off", "--from", "U7", "--group", "finance")).exit_code == ExitCode.OK
    assert len((await cli("delegations")).stdout.splitlines()) == 1
    assert "U9" in (await cli("delegate", "--from", "U9", "--to", "U7", "--until", "8h")).stderr
    off = await cli("delegate", "--off", "--from", "U7", "--json")
    assert json.loads(off.stdout)["ended"] == 1


async def test_a_chain_is_refused(cli: Cli) -> None:
    """With the sentence, and exit code 4."""
    assert (await cli(*SEVEN_TO_NINE)).exit_code == ExitCode.OK
    result = await cli("delegate", "--from", "U9", "--to", "U8", "--until", "2d")
    assert result.exit_code == ExitCode.REFUSED
    assert "A delegation cannot be handed on" in result.stderr
