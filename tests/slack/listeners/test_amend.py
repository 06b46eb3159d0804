"""`/order amend` over a real socket: the modal, errors at its fields, the amendment and the verdict on it."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from slack_sdk.web.async_client import AsyncWebClient

from localdev.slack.client import WorkspaceClient
from localdev.slack.json_values import Json
from orchestration.domain.actor import Surface
from orchestration.domain.approval.verdict import Outcome, OutcomeKind, Verdict, VerdictKind
from orchestration.domain.errors import (
    CountersignError,
    NoWorkerAnswered,
    OrderNotFound,
    OrderOver,
    TemporalUnavailable,
)
from orchestration.domain.order.status import OrderStatus
from orchestration.domain.order.view import OrderView
from tests.slack.bots import Bot, a_row, running_bot
from tests.slack.interactions import sees, sees_no_form, submit, until
from tests.slack.people import ALICE, BOB, CHANNEL, NOW, approved, pending
from tests.support.orders import an_order

GENERAL = "C0GENERAL"
LINES, SHIP_TO, NOTE = "order_lines", "order_ship_to", "order_note"
AS_IT_IS = "CHAIR-9:Office chair:4:249.00\nLAMP-2:Desk lamp:4:51.00"


@pytest_asyncio.fixture
async def bot(web: AsyncWebClient, workspace: WorkspaceClient) -> AsyncIterator[Bot]:
    """Connected; the workflow has the order, which Bob asked for."""
    async with running_bot(web, workspace.wait_for_connections) as running:
        running.workflows.on_status = pending()
        yield running


async def form(workspace: WorkspaceClient, channel: str = CHANNEL) -> Json:
    """Type the command as Bob and return the form that opens."""
    assert (await workspace.command(BOB, channel, "/order amend ord-1")).acked
    return await workspace.wait_for_view(BOB, kind="modal")


def fields(view: Json) -> dict[str, str | None]:
    """What stands in the form."""
    values = view["state"]["values"]
    return {block: state[block]["value"] for block, state in values.items()}


async def refused(bot: Bot, workspace: WorkspaceClient, **typed: str | None) -> dict[str, str]:
    """Submit a form and return what is said at its fields."""
    answer = await submit(workspace, await form(workspace), BOB, **typed)
    assert (answer.acked, answer.closed) == (True, False)
    assert bot.workflows.amended == []
    assert answer.errors is not None
    return answer.errors


async def test_the_form_shows_the_order_as_it_is(bot: Bot, workspace: WorkspaceClient) -> None:
    """One line of the order a line, in the notation of the command line."""
    view = await form(workspace)
    assert fields(view) == {LINES: AS_IT_IS, SHIP_TO: "Hafenstrasse 1, 20457 Hamburg", NOTE: None}
    assert "1,200.00 EUR for Nordwind GmbH" in str(view["blocks"])


async def test_what_was_changed_goes_to_the_workflow(bot: Bot, workspace: WorkspaceClient) -> None:
    """And only that, with the revision that was shown; the one who changed it hears that it is done."""
    view = await form(workspace)
    typed = "CHAIR-9:Office chair:3:249.00\r\n\n LAMP-2 : Desk: lamp :4:51"
    assert (await submit(workspace, view, BOB, order_lines=typed, order_note="fewer\nchairs")).closed
    await until(bot, bot.workflows.amended)
    ((order_id, request),) = bot.workflows.amended
    assert (order_id, request.revision, request.surface, request.actor.id) == ("ord-1", 1, Surface.MODAL, BOB)
    assert request.lines is not None
    first, second = request.lines
    assert (first.sku, first.quantity, first.unit_price) == ("CHAIR-9", 3, 24_900)
    assert (second.sku, second.description, second.unit_price) == ("LAMP-2", "Desk: lamp", 5_100)
    assert (request.ship_to, request.note) == (None, "fewer chairs")
    await sees(workspace, "Order ord-1 is changed", BOB)


async def test_a_new_address(bot: Bot, workspace: WorkspaceClient) -> None:
    """Alone."""
    await submit(workspace, await form(workspace), BOB, order_ship_to="Kai 3, Kiel")
    await until(bot, bot.workflows.amended)
    request = bot.workflows.amended[0][1]
    assert (request.lines, request.ship_to) == (None, "Kai 3, Kiel")


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({LINES: "nonsense"}, LINES, "line 1: 'nonsense' must be sku:description:quantity:unit_price"),
        ({LINES: f"{AS_IT_IS}\nPEN-1:Pens:many:2"}, LINES, "line 3 (quantity): 'many' is not a whole number"),
        ({LINES: "PEN-1:Pens:0:2"}, LINES, "line 1 (quantity):"),
        ({LINES: "PEN-1:Pens:1:0.001"}, LINES, "EUR has 2 decimal places"),
        ({LINES: "P N:Pens:1:2"}, LINES, "line 1 (sku): must begin with a letter or a digit"),
        ({LINES: "PEN-1::1:2"}, LINES, "line 1 (description): must not be empty"),
        ({LINES: " \n "}, LINES, "at least one line"),
        ({LINES: "PEN-1:Pens:1000000:9999999"}, LINES, "the most is"),
        ({LINES: "\n".join(["P:p:1:1"] * 101)}, LINES, "at most 100"),
        ({LINES: "\n".join(["x"] * 9)}, LINES, "and 6 more"),
        ({SHIP_TO: " "}, SHIP_TO, "write something"),
        ({SHIP_TO: "Kai \u202e 3"}, SHIP_TO, "cannot be shown"),
        ({NOTE: "\u0007"}, NOTE, "cannot be shown"),
        ({}, LINES, "Nothing here is different"),
        ({LINES: AS_IT_IS + "\n", NOTE: "  "}, LINES, "Nothing here is different"),
    ],
)
async def test_what_is_wrong_is_said_at_its_field(
    bot: Bot, workspace: WorkspaceClient, typed: dict[str, str | None], field: str, words: str
) -> None:
    """In words, before anything is sent, what the domain refuses included."""
    errors = await refused(bot, workspace, **typed)
    assert list(errors) == [field]
    assert words in errors[field]


async def test_several_fields_are_refused_at_once(bot: Bot, workspace: WorkspaceClient) -> None:
    """Nobody is sent round twice."""
    errors = await refused(bot, workspace, order_lines="x", order_ship_to=" ", order_note="\u200e")
    assert set(errors) == {LINES, SHIP_TO, NOTE}


@pytest.mark.parametrize(
    "error", [NoWorkerAnswered(), TemporalUnavailable(), OrderNotFound(), "hanging"], ids=str
)
async def test_a_workflow_that_cannot_be_asked_loses_nothing_that_was_typed(
    bot: Bot, workspace: WorkspaceClient, error: CountersignError | str
) -> None:
    """Said within Slack's three seconds, in the form, which stays open."""
    view = await form(workspace)
    if isinstance(error, str):
        bot.workflows.hanging = True
    else:
        bot.workflows.on_status = error
    answer = await submit(workspace, view, BOB, order_ship_to="Kai 3, Kiel")
    assert answer.acked
    assert answer.errors is not None
    words = "There is no order" if isinstance(error, OrderNotFound) else "cannot be changed right now"
    assert words in answer.errors[SHIP_TO]
    bot.workflows.on_status, bot.workflows.hanging = pending(), False
    assert (await submit(workspace, view, BOB)).closed
    await until(bot, bot.workflows.amended)


async def test_a_form_that_is_submitted_twice_is_one_amendment(bot: Bot, workspace: WorkspaceClient) -> None:
    """Its envelope came twice."""
    view = await form(workspace)
    await workspace.add_fault(kind="duplicate_envelope", method="interactive")
    await submit(workspace, view, BOB, order_ship_to="Kai 3, Kiel")
    await until(bot, bot.workflows.amended, 2)
    assert len({request.amend_id for _, request in bot.workflows.amended}) == 1


async def test_an_order_that_changed_meanwhile_is_the_workflows_to_refuse(
    bot: Bot, workspace: WorkspaceClient
) -> None:
    """It gets the revision that was shown, and keeps the refusal in the audit log."""
    view = await form(workspace)
    newer = pending()
    bot.workflows.on_status = newer.model_copy(
        update={"gate": newer.gate.model_copy(update={"revision": 2}), "order": an_order(ship_to="Kai 3")}
    )
    bot.workflows.on_verdict = VerdictKind.ORDER_CHANGED
    assert (await submit(workspace, view, BOB, order_ship_to="Kai 3")).closed
    await until(bot, bot.workflows.amended)
    assert bot.workflows.amended[0][1].revision == 1
    await sees(workspace, "was changed since you opened the form", BOB)


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        (Verdict(decision_id="x", kind=VerdictKind.REFUSED, at=NOW, detail="<!here>"), "&lt;!here&gt;"),
        (VerdictKind.NOT_THE_REQUESTER, "Only whoever asked for order ord-1"),
        (VerdictKind.HELD, "still being checked"),
        (NoWorkerAnswered(), "safely stored"),
    ],
)
async def test_the_verdict_is_told(
    bot: Bot, workspace: WorkspaceClient, verdict: Verdict | VerdictKind | CountersignError, words: str
) -> None:
    """Where the command was typed, to the one who typed it."""
    bot.workflows.on_verdict = verdict
    await submit(workspace, await form(workspace), BOB, order_ship_to="Kai 3, Kiel")
    await sees(workspace, words, BOB)


async def test_it_answers_where_the_bot_is_not(bot: Bot, workspace: WorkspaceClient) -> None:
    """Commands may be typed anywhere."""
    await submit(workspace, await form(workspace, GENERAL), BOB, order_ship_to="Kai 3, Kiel")
    await sees(workspace, "Order ord-1 is changed", BOB, GENERAL)


async def test_an_amendment_of_an_ended_order(bot: Bot, workspace: WorkspaceClient) -> None:
    """It ended while the form was open."""
    view = await form(workspace)
    bot.workflows.on_decide, bot.workflows.on_verdict = OrderOver(), None
    bot.stored.rows = [a_row("ord-1", OrderStatus.SHIPPED)]
    await submit(workspace, view, BOB, order_ship_to="Kai 3, Kiel")
    await sees(workspace, "already over: it has been shipped", BOB)


async def test_somebody_elses_order_is_refused_at_once(bot: Bot, workspace: WorkspaceClient) -> None:
    """Naming whose it is."""
    await workspace.command(ALICE, CHANNEL, "/order amend ord-1")
    await sees(workspace, f"Only whoever asked for order ord-1 may change it: <@{BOB}>")
    await sees_no_form(workspace)


def _expired() -> OrderView:
    view = pending()
    ended = Outcome.model_validate({"kind": OutcomeKind.EXPIRED, "by": _system(), "at": NOW})
    return view.model_copy(update={"gate": view.gate.model_copy(update={"outcome": ended})})


def _system() -> dict[str, str]:
    return {"kind": "system", "id": "countersign"}


@pytest.mark.parametrize(
    "view",
    [approved(), _expired(), pending().model_copy(update={"order": None})],
    ids=["approved", "expired", "none"],
)
async def test_an_order_that_does_not_wait_opens_no_form(
    bot: Bot, workspace: WorkspaceClient, view: OrderView
) -> None:
    """Nothing can be changed any more, or not yet."""
    bot.workflows.on_status = view
    await workspace.command(BOB, CHANNEL, "/order amend ord-1")
    await sees(workspace, "does not wait for approval", BOB)
    await sees_no_form(workspace, BOB)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (NoWorkerAnswered(), "cannot be changed right now"),
        (OrderNotFound(), "There is no order ord-1"),
        (RuntimeError("surprise"), "Something went wrong on my side"),
    ],
)
async def test_an_order_that_cannot_be_asked_about_opens_no_form(
    bot: Bot, workspace: WorkspaceClient, error: Exception, words: str
) -> None:
    """And says so."""
    bot.workflows.on_status = error
    await workspace.command(BOB, CHANNEL, "/order amend ord-1")
    await sees(workspace, words, BOB)


async def test_a_workflow_that_hangs_is_not_waited_for(bot: Bot, workspace: WorkspaceClient) -> None:
    """The trigger would be gone."""
    bot.workflows.hanging = True
    assert (await workspace.command(BOB, CHANNEL, "/order amend ord-1")).acked
    await asyncio.wait_for(sees(workspace, "cannot be changed right now", BOB), 5)


async def test_an_order_that_temporal_has_forgotten_is_told_how_it_ended(
    bot: Bot, workspace: WorkspaceClient
) -> None:
    """The database keeps orders longer."""
    bot.workflows.on_status = OrderNotFound()
    bot.stored.rows = [a_row("ord-1", OrderStatus.SHIPPED)]
    await workspace.command(BOB, CHANNEL, "/order amend ord-1")
    await sees(workspace, "has been shipped", BOB)


async def test_an_expired_trigger_is_told(bot: Bot, workspace: WorkspaceClient) -> None:
    """With how to try again."""
    await workspace.add_fault(kind="error", method="views.open", error="expired_trigger_id")
    await workspace.command(BOB, CHANNEL, "/order amend ord-1")
    await sees(workspace, "Please type it again", BOB)


@pytest.mark.parametrize(
    ("text", "words"), [("amend", "Change which order?"), ("amend a b", "is not an order id")]
)
async def test_a_command_without_an_order(
    bot: Bot, workspace: WorkspaceClient, text: str, words: str
) -> None:
    """Says what is missing."""
    await workspace.command(BOB, CHANNEL, f"/order {text}")
    await sees(workspace, words, BOB)


async def test_more_lines_than_a_form_holds(bot: Bot, workspace: WorkspaceClient) -> None:
    """The rest of the order can be changed all the same."""
    line = {"sku": "CHAIR-9", "description": "x" * 200, "quantity": 1, "unit_price": 24_900}
    view = pending()
    bot.workflows.on_status = view.model_copy(update={"order": an_order(lines=[line] * 20)})
    shown = await form(workspace)
    assert set(fields(shown)) == {SHIP_TO, NOTE}
    assert "20 lines are too long for a form" in str(shown["blocks"])
    unchanged = await submit(workspace, shown, BOB)
    assert unchanged.errors is not None
    assert "Nothing here is different" in unchanged.errors[SHIP_TO]
    assert (await submit(workspace, shown, BOB, order_ship_to="Kai 3, Kiel")).closed
    await until(bot, bot.workflows.amended)
    assert bot.workflows.amended[0][1].lines is None
