"""Changes of accounts and user groups, which are kept across restarts."""

from pathlib import Path

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from localdev.slack import seed
from localdev.slack.client import ControlError, WorkspaceClient
from localdev.slack.workspace.state_file import StateFile
from localdev.slack.workspace.workspace import Workspace
from tests.simulator.support import ALICE, BOT, refused


async def test_an_account_is_what_it_was_changed_to(people: WorkspaceClient, web: AsyncWebClient) -> None:
    await people.change_account("alice", deleted=True, is_ultra_restricted=True, home_team="T0OTHER01")
    shown = (await web.users_info(user=ALICE))["user"]
    assert (shown["deleted"], shown["is_ultra_restricted"], shown["is_restricted"]) == (True, True, False)
    assert (shown["team_id"], shown["is_stranger"]) == ("T0OTHER01", True)
    await people.change_account("alice", deleted=False)
    assert (await web.users_info(user=ALICE))["user"]["deleted"] is False
    with pytest.raises(ControlError):
        await people.change_account("nobody", deleted=True)


async def test_people_join_and_leave_user_groups(people: WorkspaceClient, web: AsyncWebClient) -> None:
    async def members() -> list[str]:
        return sorted((await web.usergroups_users_list(usergroup="S0FINANCE"))["users"])

    await people.leave_group("S0FINANCE", "alice")
    assert await members() == ["U0CAROL01"]
    for _ in range(2):
        await people.join_group("S0FINANCE", "bob")
    assert await members() == ["U0BOB0001", "U0CAROL01"]
    with pytest.raises(ControlError):
        await people.join_group("S0NOWHERE", "bob")


async def test_the_app_of_a_bot(web: AsyncWebClient) -> None:
    assert (await web.bots_info(bot="B0BOT0001"))["bot"]["app_id"] == "A0APP0001"
    assert (await web.bots_info(bot="B0BOT0001"))["bot"]["user_id"] == BOT
    assert (await refused(web.bots_info(bot="B0OTHER")))["error"] == "bot_not_found"


def test_both_are_there_after_a_restart(tmp_path: Path) -> None:
    with StateFile(tmp_path / "w") as state:
        workspace = Workspace(seed.demo(), state)
        workspace.save_user(workspace.users[ALICE].model_copy(update={"deleted": True}))
        group = workspace.groups["S0FINANCE"]
        workspace.save_group(group.model_copy(update={"users": (ALICE,)}))
    with StateFile(tmp_path / "w") as state:
        again = Workspace(seed.demo(), state)
        assert again.users[ALICE].deleted
        assert again.groups["S0FINANCE"].users == (ALICE,)
