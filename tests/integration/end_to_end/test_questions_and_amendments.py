"""A question, its answer, an amendment and a decision in Slack, with real processes."""

from typing import Any

from localdev.slack.client import WorkspaceClient
from orchestration.domain.order.status import OrderStatus
from tests.integration.conftest import ALICE, APPROVALS, BOB, System
from tests.support.orders import an_order


async def form(system: System, ts: str, choice: str) -> dict[str, Any]:
    """Let Alice choose an item of the card's menu."""
    await system.workspace.click(ALICE, APPROVALS, ts, "order_more", value=choice)
    return await system.workspace.wait_for_view(ALICE, kind="modal")


async def submit(workspace: WorkspaceClient, user: str, view: dict[str, Any], **typed: str) -> None:
    """Fill in a modal and submit it."""
    state = {field: {field: value} for field, value in typed.items()}
    assert (await workspace.submit_view(user, view["id"], state)).closed


async def shows(system: System, ts: str, words: str) -> dict[str, Any]:
    """Wait until the card contains this text."""
    return await system.workspace.wait_for_message(ALICE, APPROVALS, contains=words, ts=ts, timeout=20)


async def test_asked_answered_amended_and_approved_with_a_note(system: System, unique: str) -> None:
    """The thread has every step; a modal that was opened before the amendment does not count."""
    order, people = an_order(order_id=unique), system.workspace
    await system.gateway.start(order)
    ts = (await system.card(order, contains="order_more"))["ts"]

    await submit(people, ALICE, await form(system, ts, "ask"), order_text="Which office?")
    await people.wait_for_message(ALICE, APPROVALS, contains="is asked")
    await shows(system, ts, "Waiting for information")
    question = await people.wait_for_message(BOB, "countersign", contains="Which office?", timeout=20)

    await people.click(BOB, "countersign", question["ts"], "order_answer")
    await submit(people, BOB, await people.wait_for_view(BOB, kind="modal"), order_text="The one in Kiel")
    await people.wait_for_message(BOB, "countersign", contains="is passed on")
    await people.wait_for_message(ALICE, "countersign", contains="The one in Kiel", timeout=20)

    before = await form(system, ts, "approve")
    await people.command(BOB, APPROVALS, f"/order amend {unique}")
    amended = await people.wait_for_view(BOB, contains="CHAIR-9")
    await submit(people, BOB, amended, order_lines="CHAIR-9:Office chair:3:249.00")
    await people.wait_for_message(BOB, APPROVALS, contains=f"Order {unique} is changed")
    await shows(system, ts, "747.00 EUR")
    await submit(people, ALICE, before, order_text="too soon")
    await people.wait_for_message(ALICE, APPROVALS, contains="has changed since this card was drawn")

    await submit(people, ALICE, await form(system, ts, "approve"), order_text="fine\nby me")
    view = await system.gateway.wait_for_end(unique)
    assert view.status is OrderStatus.SHIPPED
    assert view.gate.outcome is not None
    assert view.gate.outcome.note == "fine by me"
    thread = [each["text"] for each in await people.messages(ALICE, APPROVALS, thread_ts=ts)]
    said = " ".join(thread[1:])
    assert said.index("Which office?") < said.index("Answer: The one in Kiel") < said.index("(revision 2)")

    card = await shows(system, ts, "TRK-")
    assert "order_more" not in str(card["blocks"])
    types = [event.type for event in await system.reader.history(unique)]
    for expected in ("information.requested", "information.given", "order.amended", "decision.order_changed"):
        assert expected in types
