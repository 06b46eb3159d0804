"""Modals and the Home tab: open, push, update, submit, close."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from localdev.slack.client import ControlError, WorkspaceClient
from localdev.slack.server import SlackSimulator
from tests.simulator.support import ALICE, APPROVALS, BOB, Json, card, connected, new_app, refused


def modal(*inputs: str, title: str = "Reason", **fields: object) -> Json:
    """Return a modal with a text input for each name."""
    blocks = [
        {
            "type": "input",
            "block_id": name,
            "label": {"type": "plain_text", "text": name},
            "element": {"type": "plain_text_input", "action_id": "typed"},
        }
        for name in inputs
    ] or [{"type": "divider"}]
    titled = {"type": "modal", "title": {"type": "plain_text", "text": title}, "blocks": blocks}
    return {**titled, "submit": {"type": "plain_text", "text": "Send"}, **fields}


def typed(block: str, text: str) -> Json:
    """Return the state of one input."""
    return {block: {"typed": text}}


async def opened(full: SlackSimulator, full_people: WorkspaceClient, view: Json, user: str = ALICE) -> Json:
    """Open a modal for the user, with a new trigger id."""
    web = AsyncWebClient("xoxb-localdev-countersign", base_url=full.api_url, retry_handlers=[])
    trigger = full.workspace.triggers.new(user)
    return dict((await web.views_open(trigger_id=trigger, view=view))["view"])


async def test_a_modal_needs_a_fresh_trigger(
    full: SlackSimulator, full_people: WorkspaceClient, full_web: AsyncWebClient
) -> None:
    trigger = full.workspace.triggers.new(ALICE)
    view = (await full_web.views_open(trigger_id=trigger, view=modal("why")))["view"]
    assert (view["type"], view["root_view_id"], view["previous_view_id"]) == ("modal", view["id"], None)
    assert view["state"]["values"] == {"why": {"typed": {"type": "plain_text_input", "value": None}}}
    again = await refused(full_web.views_open(trigger_id=trigger, view=modal("why")))
    assert again["error"] == "exchanged_trigger_id"
    assert [one["id"] for one in (await full_people.views(ALICE))["modals"]] == [view["id"]]
    assert (await full_people.views(BOB))["modals"] == []


async def test_a_bad_view_is_refused_and_spends_no_trigger(
    full: SlackSimulator, full_web: AsyncWebClient
) -> None:
    trigger = full.workspace.triggers.new(ALICE)
    answer = await refused(full_web.views_open(trigger_id=trigger, view=modal("why", title="x" * 25)))
    assert answer["error"] == "invalid_arguments"
    assert "/view/title/text" in str(answer["response_metadata"]["messages"])
    large = modal("why", private_metadata="x" * 250_000)
    assert (await refused(full_web.views_open(trigger_id=trigger, view=large)))["error"] == "view_too_large"
    assert (await full_web.views_open(trigger_id=trigger, view=modal("why")))["ok"]


async def test_at_most_three_views_lie_on_each_other(full: SlackSimulator, full_web: AsyncWebClient) -> None:
    root = (await full_web.views_open(trigger_id=full.workspace.triggers.new(ALICE), view=modal("a")))["view"]
    last = root
    for _ in range(2):
        trigger = full.workspace.triggers.new(ALICE, last["id"])
        pushed = (await full_web.views_push(trigger_id=trigger, view=modal("b")))["view"]
        assert (pushed["previous_view_id"], pushed["root_view_id"]) == (last["id"], root["id"])
        last = pushed
    trigger = full.workspace.triggers.new(ALICE, last["id"])
    answer = await refused(full_web.views_push(trigger_id=trigger, view=modal("c")))
    assert answer["error"] == "push_limit_reached"
    elsewhere = full.workspace.triggers.new(ALICE)
    assert (await refused(full_web.views_push(trigger_id=elsewhere, view=modal("c"))))["error"] == "not_found"


async def test_an_update_keeps_what_was_typed_and_minds_the_hash(
    full: SlackSimulator, full_people: WorkspaceClient, full_web: AsyncWebClient
) -> None:
    view = await opened(full, full_people, modal("why", "when"))
    async with connected(new_app(full), full_people):
        result = await full_people.submit_view(ALICE, view["id"], typed("why", "late"))
    assert (result.acked, result.errors) == (False, {"when": "Please complete this required field."})
    updated = (await full_web.views_update(view_id=view["id"], hash=view["hash"], view=modal("why")))["view"]
    assert updated["state"]["values"]["why"]["typed"]["value"] == "late"
    stale = await refused(full_web.views_update(view_id=view["id"], hash=view["hash"], view=modal("why")))
    assert stale["error"] == "hash_conflict"
    await full_people.close_view(ALICE, view["id"])
    gone = await refused(full_web.views_update(view_id=view["id"], view=modal("why")))
    assert gone["error"] == "not_found"


async def test_external_ids_are_unique_and_name_a_view(
    full: SlackSimulator, full_people: WorkspaceClient, full_web: AsyncWebClient
) -> None:
    await opened(full, full_people, modal("why", external_id="one"))
    trigger = full.workspace.triggers.new(BOB)
    taken = await refused(full_web.views_open(trigger_id=trigger, view=modal("why", external_id="one")))
    assert taken["error"] == "duplicate_external_id"
    answer = await full_web.views_update(external_id="one", view=modal("when", external_id="one"))
    assert answer["view"]["blocks"][0]["block_id"] == "when"


Listener = Callable[..., Awaitable[None]]


def answering(app: AsyncApp, *acks: Json) -> list[Json]:
    """Let the app answer submissions with these acks in turn. Return the list of submitted views."""
    seen: list[Json] = []

    @app.view({"type": "view_submission", "callback_id": "ask"})
    async def on_submit(ack: Listener, view: Json) -> None:
        seen.append(view)
        await ack(**acks[len(seen) - 1])

    return seen


async def test_the_app_judges_a_submission_field_by_field(
    full: SlackSimulator, full_people: WorkspaceClient
) -> None:
    app = new_app(full)
    seen = answering(app, {"response_action": "errors", "errors": {"why": "Say more"}}, {})
    async with connected(app, full_people):
        view = await opened(full, full_people, modal("why", callback_id="ask"))
        wrong = await full_people.submit_view(ALICE, view["id"], typed("why", "no"))
        assert (wrong.acked, wrong.closed, wrong.errors) == (True, False, {"why": "Say more"})
        right = await full_people.submit_view(ALICE, view["id"], typed("why", "because"))
        assert (right.acked, right.closed, right.errors) == (True, True, None)
    assert [one["state"]["values"]["why"]["typed"]["value"] for one in seen] == ["no", "because"]
    assert (await full_people.views(ALICE))["modals"] == []


async def test_a_submission_may_push_update_and_clear(
    full: SlackSimulator, full_people: WorkspaceClient
) -> None:
    app = new_app(full)
    second = modal("sure", title="Sure?", callback_id="ask")
    third = modal("really", "sure", title="Really?", callback_id="ask")
    acks = (
        {"response_action": "push", "view": second},
        {"response_action": "update", "view": third},
        {"response_action": "clear"},
    )
    answering(app, *acks)
    async with connected(app, full_people):
        view = await opened(full, full_people, modal("why", callback_id="ask"))
        await full_people.submit_view(ALICE, view["id"], typed("why", "x"))
        below, top = (await full_people.views(ALICE))["modals"]
        assert (below["id"], top["title"]["text"]) == (view["id"], "Sure?")
        await full_people.submit_view(ALICE, top["id"], typed("sure", "yes"))
        _, updated = (await full_people.views(ALICE))["modals"]
        assert (updated["id"], updated["title"]["text"]) == (top["id"], "Really?")
        assert updated["state"]["values"]["sure"]["typed"]["value"] == "yes"
        done = await full_people.submit_view(ALICE, top["id"], typed("really", "yes"))
    assert done.closed
    assert (await full_people.views(ALICE))["modals"] == []


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "errors", "errors": {"elsewhere": "no such block"}},
        {"response_action": "update", "view": {"type": "modal"}},
        {"response_action": "explode"},
    ],
)
async def test_an_answer_that_cannot_be_followed_leaves_the_modal_open(
    full: SlackSimulator, full_people: WorkspaceClient, answer: Json
) -> None:
    app = new_app(full)
    answering(app, answer)
    async with connected(app, full_people):
        view = await opened(full, full_people, modal("why", callback_id="ask"))
        result = await full_people.submit_view(ALICE, view["id"], typed("why", "x"))
    assert (result.error, result.closed) == ("trouble", False)
    assert result.why
    assert (await full_people.views(ALICE))["trouble"] == "trouble"


async def test_without_an_ack_the_modal_stays_and_says_so(
    full: SlackSimulator, full_people: WorkspaceClient
) -> None:
    view = await opened(full, full_people, modal("why"))
    result = await full_people.submit_view(ALICE, view["id"], typed("why", "x"))
    assert (result.error, result.closed) == ("dispatch_failed", False)
    async with connected(new_app(full), full_people):  # it has no listener, so nothing is acked
        result = await full_people.submit_view(ALICE, view["id"], typed("why", "x"))
    assert (result.error, result.closed) == ("operation_timeout", False)
    (still,) = (await full_people.views(ALICE))["modals"]
    assert still["state"]["values"]["why"]["typed"]["value"] == "x"


async def test_the_app_hears_of_a_closed_view_only_if_it_asked_to(
    full: SlackSimulator, full_people: WorkspaceClient
) -> None:
    app, closed = new_app(full), asyncio.Queue[Json]()

    @app.view_closed("told")
    async def on_close(ack: Listener, body: Json) -> None:
        await ack()
        closed.put_nowait(body)

    async with connected(app, full_people):
        quiet = await opened(full, full_people, modal("why", callback_id="told"))
        await full_people.close_view(ALICE, quiet["id"])
        loud = await opened(full, full_people, modal("why", callback_id="told", notify_on_close=True))
        await full_people.close_view(ALICE, loud["id"], clear=True)
        body = await asyncio.wait_for(closed.get(), 5)
    assert (body["view"]["id"], body["is_cleared"], closed.empty()) == (loud["id"], True, True)


async def test_home_is_published_per_user_and_outdated_ones_are_refused(
    full: SlackSimulator, full_people: WorkspaceClient, full_web: AsyncWebClient
) -> None:
    home: Json = {"type": "home", "blocks": card()}
    first = (await full_web.views_publish(user_id=ALICE, view=home))["view"]
    second = (await full_web.views_publish(user_id=ALICE, view=home, hash=first["hash"]))["view"]
    assert (first["id"], first["type"]) == (second["id"], "home")
    stale = await refused(full_web.views_publish(user_id=ALICE, view=home, hash=first["hash"]))
    assert stale["error"] == "hash_conflict"
    assert (await full_people.views(BOB))["home"] is None
    assert (await full_people.wait_for_view(ALICE, contains="Order 1", kind="home"))["id"] == first["id"]


async def test_without_a_home_tab_nothing_can_be_published(web: AsyncWebClient) -> None:
    answer = await refused(web.views_publish(user_id=ALICE, view={"type": "home", "blocks": card()}))
    assert answer["error"] == "not_enabled"


async def test_a_click_in_a_view_carries_the_view_and_opens_another(
    full: SlackSimulator, full_people: WorkspaceClient, full_web: AsyncWebClient
) -> None:
    app = new_app(full)

    @app.action("order_approve")
    async def on_click(ack: Listener, body: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=modal("note", title=body["view"]["type"]))

    view = (await full_web.views_publish(user_id=ALICE, view={"type": "home", "blocks": card()}))["view"]
    async with connected(app, full_people):
        result = await full_people.click_in_view(ALICE, view["id"], "order_approve")
        assert result.acked
        shown = await full_people.wait_for_view(ALICE, contains="note", kind="modal")
        assert shown["title"]["text"] == "home"
        with pytest.raises(ControlError, match="has no view"):
            await full_people.click_in_view(BOB, view["id"], "order_approve")


async def test_elements_of_a_message_carry_their_state(
    full: SlackSimulator, full_people: WorkspaceClient, full_web: AsyncWebClient
) -> None:
    app, seen = new_app(full), asyncio.Queue[Json]()

    @app.action("pick")
    async def on_pick(ack: Listener, body: Json) -> None:
        await ack()
        seen.put_nowait(body)

    options = [{"text": {"type": "plain_text", "text": name}, "value": name} for name in ("red", "blue")]
    menu = {"type": "static_select", "action_id": "pick", "options": options}
    date = {"type": "datepicker", "action_id": "day", "initial_date": "2026-01-31"}
    blocks = [{"type": "actions", "block_id": "form", "elements": [menu, date]}]
    ts = (await full_web.chat_postMessage(channel=APPROVALS, text="pick", blocks=blocks))["ts"]
    async with connected(app, full_people):
        await full_people.click(
            ALICE, APPROVALS, ts, "pick", value="blue", state={"form": {"day": "2026-02-01"}}
        )
        body = await asyncio.wait_for(seen.get(), 5)
        with pytest.raises(ControlError, match="no option"):
            await full_people.click(ALICE, APPROVALS, ts, "pick", value="green")
    assert body["actions"][0]["selected_option"]["value"] == "blue"
    form = body["state"]["values"]["form"]
    assert form["pick"]["selected_option"]["value"] == "blue"
    assert form["day"] == {"type": "datepicker", "selected_date": "2026-02-01"}
