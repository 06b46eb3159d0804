"""The part of the control API that acts as people. See README.md."""

from aiohttp import web

from localdev.slack.control import requests as bodies
from localdev.slack.control.handlers import json_handler
from localdev.slack.errors import ActionRefused
from localdev.slack.interactivity.interactions import Interactions, Press
from localdev.slack.interactivity.modals import Modals
from localdev.slack.interactivity.slash_commands import SlashCommands
from localdev.slack.json_values import Json
from localdev.slack.messages.message_json import file_json
from localdev.slack.people import People
from localdev.slack.workspace.workspace import Workspace


class PeopleRoutes:
    """The routes under `/control/` for what people do."""

    def __init__(
        self,
        workspace: Workspace,
        people: People,
        interactions: Interactions,
        slash_commands: SlashCommands,
        modals: Modals,
    ) -> None:
        self._workspace = workspace
        self._people = people
        self._interactions = interactions
        self._slash_commands = slash_commands
        self._modals = modals

    def routes(self) -> list[web.RouteDef]:
        """Return the routes of the first table in the README."""
        return [
            web.post("/control/messages", json_handler(bodies.Read, self._messages)),
            web.post("/control/message", json_handler(bodies.Message, self._message)),
            web.post("/control/wait_for_message", json_handler(bodies.Wait, self._wait)),
            web.post("/control/post", json_handler(bodies.Post, self._post)),
            web.post("/control/edit", json_handler(bodies.Edit, self._edit)),
            web.post("/control/delete_message", json_handler(bodies.Message, self._delete)),
            web.post("/control/react", json_handler(bodies.React, self._react)),
            web.post("/control/upload", json_handler(bodies.Upload, self._upload)),
            web.post("/control/mark_read", json_handler(bodies.MarkRead, self._mark_read)),
            web.post("/control/command", json_handler(bodies.Command, self._command)),
            web.post("/control/click", json_handler(bodies.Click, self._click)),
            web.post("/control/suggest", json_handler(bodies.Suggest, self._suggest)),
            web.post("/control/open_home", json_handler(bodies.OpenHome, self._open_home)),
            web.post("/control/submit_view", json_handler(bodies.Submit, self._submit)),
            web.post("/control/close_view", json_handler(bodies.Close, self._close)),
            web.post("/control/wait_for_view", json_handler(bodies.WaitForView, self._wait_for_view)),
            web.post("/control/channel", json_handler(bodies.NewChannel, self._new_channel)),
            web.post("/control/archive", json_handler(bodies.Archive, self._archive)),
            web.post("/control/membership", json_handler(bodies.Membership, self._membership)),
            web.post("/control/account", json_handler(bodies.Account, self._account)),
            web.post(
                "/control/group_membership", json_handler(bodies.GroupMembership, self._group_membership)
            ),
        ]

    # --- reading and writing

    async def _messages(self, body: bodies.Read) -> Json:
        messages, has_more = self._people.messages(**body.model_dump())
        return {"messages": messages, "has_more": has_more}

    async def _message(self, body: bodies.Message) -> Json:
        return {"message": self._people.message(**body.model_dump())}

    async def _wait(self, body: bodies.Wait) -> Json:
        def found() -> Json | None:
            return self._people.find(body.user, body.channel, body.contains, ts=body.ts, since=body.since)

        message = await self._workspace.changes.wait_until(found, body.timeout)
        if message is None:
            seen, _ = self._people.messages(body.user, body.channel, with_replies=True, limit=5)
            return {"message": None, "seen": seen}
        return {"message": message}

    async def _post(self, body: bodies.Post) -> Json:
        return {"ts": self._people.post(**body.model_dump()).ts}

    async def _edit(self, body: bodies.Edit) -> Json:
        self._people.edit(**body.model_dump())
        return {}

    async def _delete(self, body: bodies.Message) -> Json:
        self._people.delete(**body.model_dump())
        return {}

    async def _react(self, body: bodies.React) -> Json:
        self._people.react(**body.model_dump())
        return {}

    async def _upload(self, body: bodies.Upload) -> Json:
        return {
            "file": file_json(self._workspace, self._people.upload(body.user, body.filename, body.content))
        }

    async def _mark_read(self, body: bodies.MarkRead) -> Json:
        self._people.mark_read(**body.model_dump())
        return {}

    # --- interactions with the app

    async def _command(self, body: bodies.Command) -> Json:
        return (await self._slash_commands.run(**body.model_dump())).model_dump()

    async def _click(self, body: bodies.Click) -> Json:
        press = Press(**body.model_dump(exclude={"user", "channel", "ts", "view_id"}))
        if body.view_id is not None:
            return (await self._interactions.click_in_view(body.user, body.view_id, press)).model_dump()
        channel, ts = str(body.channel), str(body.ts)
        return (await self._interactions.click(body.user, channel, ts, press)).model_dump()

    async def _suggest(self, body: bodies.Suggest) -> Json:
        where = body.model_dump(include={"channel", "ts", "view_id"}, exclude_none=True)
        result, offered = await self._interactions.suggest(
            body.user, where, body.block_id, body.action_id, body.value
        )
        return {**result.model_dump(exclude={"response"}), **({"options": []} | offered)}

    async def _open_home(self, body: bodies.OpenHome) -> Json:
        self._modals.open_home(body.user, body.tab)
        return {}

    async def _submit(self, body: bodies.Submit) -> Json:
        return (await self._modals.submit(**body.model_dump())).model_dump()

    async def _close(self, body: bodies.Close) -> Json:
        await self._modals.close(**body.model_dump())
        return {}

    async def _wait_for_view(self, body: bodies.WaitForView) -> Json:
        def found() -> Json | None:
            return self._modals.find(body.user, body.contains, body.type)

        return {"view": await self._workspace.changes.wait_until(found, body.timeout)}

    # --- channels

    async def _new_channel(self, body: bodies.NewChannel) -> Json:
        channel = self._people.create_channel(**body.model_dump())
        return {"channel": channel.model_dump(mode="json")}

    async def _archive(self, body: bodies.Archive) -> Json:
        self._people.archive(**body.model_dump())
        return {}

    async def _membership(self, body: bodies.Membership) -> Json:
        user = self._workspace.user_named(body.user)
        channel = self._workspace.channel_named(body.channel)
        if user is None or channel is None:
            raise ActionRefused(f"There is no {body.user if user is None else body.channel}.")
        self._workspace.set_member(channel.id, user.id, member=body.member)
        return {}

    # --- accounts and user groups

    async def _account(self, body: bodies.Account) -> Json:
        self._people.change_account(body.user, body.model_dump(exclude={"user"}, exclude_none=True))
        return {}

    async def _group_membership(self, body: bodies.GroupMembership) -> Json:
        self._people.change_group(**body.model_dump())
        return {}
