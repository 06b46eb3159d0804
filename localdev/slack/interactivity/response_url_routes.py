"""Serves response urls, to which the app posts its answers to clicks and slash commands."""

import time

from aiohttp import web

from localdev.slack.errors import SlackError
from localdev.slack.json_values import Json, parse_json
from localdev.slack.messages.app_messages import message_content, post_as_app
from localdev.slack.traffic_log import TrafficKind, TrafficLog
from localdev.slack.webapi.arguments import Arguments
from localdev.slack.workspace.models import Message, ResponseUrl
from localdev.slack.workspace.workspace import Workspace


class ResponseUrlRoutes:
    """The route of response urls. As with Slack, there is no token: the address itself is secret."""

    def __init__(self, workspace: Workspace, traffic: TrafficLog) -> None:
        self._workspace = workspace
        self._traffic = traffic

    def routes(self) -> list[web.RouteDef]:
        """Return the route."""
        return [web.post("/hooks/{kind}/{team}/{number}/{secret}", self.handle)]

    async def handle(self, request: web.Request) -> web.Response:
        """Answer one post, which uses up one of the five uses."""
        where = request.match_info
        hook = self._workspace.response_urls.find(f"{where['number']}/{where['secret']}")
        known = hook is not None and where["team"] == self._workspace.team_id and where["kind"] == hook.kind
        body: Json = {}
        try:
            body = _body(await request.read())
            hook = self._spend(hook if known else None)
            apply_response(self._workspace, hook, body)
        except _Refused as refused:
            status, answer = refused.status, refused.answer()
        except SlackError as refused:
            status, answer = 400, refused.answer()
        else:
            status, answer = 200, {"ok": True}
        self._traffic.add(TrafficKind.HOOK, where["kind"], args=body, answer=answer)
        return web.json_response(answer, status=status)

    def _spend(self, hook: ResponseUrl | None) -> ResponseUrl:
        if hook is None:
            raise _Refused("no_service", 404)
        if hook.expires_at <= time.time():
            raise _Refused("expired_url", 404)
        if hook.uses_left <= 0:
            raise _Refused("used_url", 404)
        hook = hook.model_copy(update={"uses_left": hook.uses_left - 1})
        self._workspace.response_urls.save(hook)
        return hook


class _Refused(SlackError):
    def __init__(self, code: str, status: int) -> None:
        super().__init__(code)
        self.status = status


def apply_response(workspace: Workspace, hook: ResponseUrl, body: Json) -> None:
    """Apply an answer: post a message (ephemeral by default), or change or delete the clicked one.

    The ack of a slash command can be such an answer too.
    """
    source = workspace.message(hook.channel, hook.message_ts) if hook.message_ts else None
    if _says_yes(body, "delete_original"):
        workspace.delete(_original(source))
        return
    blocks = Arguments(body).structure("blocks", "invalid_blocks_format")
    content = message_content(str(body.get("text") or ""), blocks, body.get("attachments"))
    if not any(content.values()):
        raise SlackError("no_text")
    if _says_yes(body, "replace_original"):
        original = _original(source)
        if "attachments" not in body:
            content["attachments"] = ()
        workspace.replace(original, **content)
        return
    thread_ts = body.get("thread_ts") if isinstance(body.get("thread_ts"), str) else None
    if body.get("response_type") == "in_channel":
        post_as_app(workspace, hook.channel, content, thread_ts=thread_ts)
        return
    if thread_ts is None and hook.thread_ts != hook.message_ts:
        thread_ts = hook.thread_ts  # an ephemeral answer to a click in a thread is shown in that thread
    post_as_app(workspace, hook.channel, content, thread_ts=thread_ts, visible_to=hook.user)


def _says_yes(body: Json, name: str) -> bool:
    return body.get(name) is True or body.get(name) == "true"


def _original(source: Message | None) -> Message:
    if source is None:
        raise SlackError("message_not_found")
    return source


def _body(raw: bytes) -> Json:
    try:
        body = parse_json(raw)
    except ValueError:
        raise _Refused("invalid_payload", 400) from None
    if not isinstance(body, dict):
        raise _Refused("invalid_payload", 400)
    return body
