"""The app is installed from its manifest, and can use only what the manifest enables."""

from pathlib import Path

import pytest
import yaml
from slack_sdk.web.async_client import AsyncWebClient

from localdev.slack import seed
from localdev.slack.client import WorkspaceClient
from localdev.slack.manifest import ManifestError, install_app
from localdev.slack.server import SlackSimulator
from localdev.slack.workspace.models import Channel, ChannelKind
from tests.simulator.support import (
    ALICE,
    APPROVALS,
    BOT,
    CAROL,
    FULL_MANIFEST,
    Json,
    refused,
    web_client,
)

OWN = Path(__file__).parent.parent.parent / "manifest.yml"


def changed(tmp_path: Path, change: str) -> Path:
    """Write the full manifest, changed by a Python statement on `m`; return the path."""
    manifest: Json = yaml.safe_load(FULL_MANIFEST.read_text())
    exec(change, {"m": manifest})  # noqa: S102 - the tests' own words
    path = tmp_path / "manifest.yml"
    path.write_text(yaml.safe_dump(manifest))
    return path


def test_the_products_own_manifest_can_be_installed() -> None:
    app = install_app(seed.demo(), OWN).app
    assert [command.command for command in app.commands] == ["/order"]
    assert app.scopes is not None
    assert "chat:write" in app.scopes


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("m['settings']['socket_mode_enabled'] = False", "socket_mode_enabled"),
        ("m['settings']['event_subscriptions']['bot_events'] = ['message.app_home']", "not simulated"),
        ("m['oauth_config']['scopes']['bot'].remove('reactions:read')", "needs the bot scope reactions:read"),
        ("m['oauth_config']['scopes']['bot'].remove('commands')", "slash commands need"),
        ("m['features']['slash_commands'] = [{'command': 'order'}]", "begins with /"),
        ("m['features'] = ['no']", "features must be a mapping"),
    ],
)
def test_a_manifest_that_contradicts_itself_is_refused(tmp_path: Path, change: str, why: str) -> None:
    with pytest.raises(ManifestError, match=why):
        install_app(seed.demo(), changed(tmp_path, change))


def test_a_manifest_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="cannot be read"):
        install_app(seed.demo(), tmp_path / "nowhere.yml")
    (tmp_path / "list.yml").write_text("- a")
    with pytest.raises(ManifestError, match="must be a mapping"):
        install_app(seed.demo(), tmp_path / "list.yml")
    (tmp_path / "torn.yml").write_text("a: [")
    with pytest.raises(ManifestError, match="neither YAML nor JSON"):
        install_app(seed.demo(), tmp_path / "torn.yml")


async def test_a_method_without_its_scope_says_what_is_needed(tmp_path: Path) -> None:
    narrow = install_app(seed.demo(), OWN)
    async with SlackSimulator(narrow) as slack:
        web = web_client(slack.api_url)
        answer = await refused(web.users_lookupByEmail(email="alice@acme.example"))
        assert (answer["error"], answer["needed"]) == ("missing_scope", "users:read.email")
        assert narrow.app.scopes is not None
        assert answer["provided"] == ",".join(sorted(narrow.app.scopes))
        assert (await refused(web.files_getUploadURLExternal(filename="a", length=1)))[
            "needed"
        ] == "files:write"


async def test_a_scope_is_for_one_kind_of_channel(tmp_path: Path) -> None:
    workspace = install_app(
        seed.demo(), changed(tmp_path, "m['oauth_config']['scopes']['bot'].remove('groups:history')\n"
        "m['settings']['event_subscriptions']['bot_events'].remove('message.groups')")
    )  # fmt: skip
    secret = Channel(id="C0SECRET1", name="secret", kind=ChannelKind.PRIVATE, members=(ALICE, BOT))
    workspace = workspace.model_copy(update={"channels": (*workspace.channels, secret)})
    async with SlackSimulator(workspace) as slack:
        web = web_client(slack.api_url)
        assert (await web.conversations_history(channel=APPROVALS))["ok"]
        answer = await refused(web.conversations_history(channel="C0SECRET1"))
        assert (answer["error"], answer["needed"]) == ("missing_scope", "groups:history")


async def test_a_command_that_is_not_in_the_manifest_does_not_exist(full_people: WorkspaceClient) -> None:
    result = await full_people.command(ALICE, APPROVALS, "/refund 1")
    assert (result.acked, result.error) == (False, "unknown_command")


async def test_the_bot_joins_public_channels_and_invites(full_web: AsyncWebClient) -> None:
    joined = await full_web.conversations_join(channel="C0GENERAL")
    assert joined["channel"]["is_member"]
    assert (await full_web.conversations_join(channel="C0GENERAL"))["warning"] == "already_in_channel"
    answer = await refused(full_web.conversations_invite(channel="C0GENERAL", users=[ALICE]))
    assert answer["error"] == "already_in_channel"
    assert (await refused(full_web.conversations_invite(channel="C0GENERAL", users=[BOT])))["error"] == (
        "cant_invite_self"
    )


async def test_a_group_message_is_one_conversation(
    full: SlackSimulator, full_people: WorkspaceClient, full_web: AsyncWebClient
) -> None:
    first = await full_web.conversations_open(users=[ALICE, CAROL], return_im=True)
    second = await full_web.conversations_open(users=[CAROL, ALICE])
    assert (first["channel"]["is_mpim"], first["channel"]["id"]) == (True, second["channel"]["id"])
    await full_web.chat_postMessage(channel=first["channel"]["id"], text="to both")
    assert (await full_people.messages(CAROL, first["channel"]["id"]))[0]["text"] == "to both"


async def test_people_and_groups_are_listed_page_by_page(full_web: AsyncWebClient) -> None:
    names: list[str] = []
    async for page in await full_web.users_list(limit=3):
        assert len(page["members"]) <= 3
        names += [member["name"] for member in page["members"]]
    assert sorted(names) == ["alice", "bob", "carol", "countersign"]
    found = await full_web.users_lookupByEmail(email="CAROL@acme.example")
    assert found["user"]["id"] == CAROL
    assert (await refused(full_web.users_lookupByEmail(email="no@one")))["error"] == "users_not_found"
    (group,) = (await full_web.usergroups_list(include_users=True))["usergroups"]
    assert (group["handle"], group["users"]) == ("finance", [ALICE, CAROL])


async def test_a_revoked_token_is_refused_until_it_is_restored(
    full_people: WorkspaceClient, full_web: AsyncWebClient
) -> None:
    await full_people.revoke("bot")
    assert (await refused(full_web.auth_test()))["error"] == "token_revoked"
    await full_people.revoke("bot", revoked=False)
    assert (await full_web.auth_test())["ok"]
    await full_people.add_fault(kind="revoke_token", method="chat.postMessage", nth=2)
    assert (await full_web.chat_postMessage(channel=APPROVALS, text="one"))["ok"]
    answer = await refused(full_web.chat_postMessage(channel=APPROVALS, text="two"))
    assert answer["error"] == "token_revoked"
    assert (await refused(full_web.auth_test()))["error"] == "token_revoked"
