"""docs/integrate.md names the contract as it is, with examples that are accepted."""

import json
import re
from inspect import getmembers, isfunction

import pytest
from pydantic import BaseModel

from bot.ids import METADATA_EVENT, ActionId, CallbackId
from orchestration.contracts import names
from orchestration.domain.actor import Surface
from orchestration.domain.approval.decision import DecisionRequest
from orchestration.domain.approval.questions import AnswerRequest, QuestionRequest
from orchestration.domain.order.amendment import AmendRequest
from orchestration.domain.order.order import Order, parse_order
from orchestration.domain.order.view import OrderView
from orchestration.domain.refund.refund import RefundRequest
from orchestration.ports.services import Carrier, PaymentGateway
from tests.unit.docs.pages import blocks, code, commands, rows, sections
from tests.unit.docs.pages import names as names_in
from tests.unit.docs.repo import ROOT

_PAGE = "docs/integrate.md"
_CODE = set(code(_PAGE))
_EXAMPLES = {name: json.loads(body) for name, body in blocks(_PAGE, "json")}
_SECTIONS = sections(_PAGE)


def test_the_order_is_well_formed() -> None:
    """And is the one that the shell commands start."""
    order = parse_order(_EXAMPLES["order"])
    assert order.amount == 99_600
    started = f"--workflow-id {names.order_workflow_id(order.order_id)} "
    assert any(started in line for line in commands(_PAGE))


def test_the_decision_is_well_formed() -> None:
    """With a Slack user who decides."""
    DecisionRequest.model_validate_json(json.dumps(_EXAMPLES["decision"]))


def test_the_refund_is_well_formed() -> None:
    """Of the same order."""
    assert RefundRequest.model_validate(_EXAMPLES["refund"]).order_id == _EXAMPLES["order"]["order_id"]


@pytest.mark.parametrize(
    ("heading", "model"), [("Start an order", Order), ("Decide", DecisionRequest)], ids=["order", "decision"]
)
def test_every_field_is_explained(heading: str, model: type[BaseModel]) -> None:
    """Of the order, and of a decision; and none that does not exist."""
    explained = [names_in(row[0]) for row in rows(_SECTIONS[heading]) if row[0].startswith("`")]
    assert {name for cell in explained for name in cell} == set(model.model_fields)


@pytest.mark.parametrize("model", [AmendRequest, QuestionRequest, AnswerRequest])
def test_every_field_of_the_other_signals_is_named(model: type[BaseModel]) -> None:
    """The one that is optional besides them is described with decisions."""
    assert set(model.model_fields) - {"revision"} <= _CODE


def test_every_surface_is_named() -> None:
    """Of a decision."""
    assert {surface.value for surface in Surface} <= _CODE


def test_what_a_query_returns_is_a_field_of_it() -> None:
    """Those that the page names."""
    (said,) = re.findall(r"The query `status` of .*", _SECTIONS["Read an order"])
    named = set(names_in(said)) - {"status"}
    assert named
    assert named <= set(OrderView.model_fields)


def test_names_are_those_of_the_contract() -> None:
    """Queues, workflow types and ids, signals and queries."""
    constants = {
        value
        for name, value in vars(names).items()
        if name.isupper() and isinstance(value, str) and name != "ORDER_REFUSED"
    }
    assert len(constants) >= 14
    ids = {
        names.order_workflow_id("<order_id>"),
        names.refund_workflow_id("<order_id>"),
        names.shipping_workflow_id("<order_id>"),
        names.payment_id("<order_id>"),
    }
    assert constants | ids | {METADATA_EVENT} <= _CODE


def test_ids_in_slack_are_those_of_the_bot() -> None:
    """Each action_id and callback_id, and no other."""
    named = {
        name for row in rows(_SECTIONS["Names"]) for name in names_in(row[0]) if name.startswith("order_")
    }
    assert named == {*ActionId, *CallbackId}


@pytest.mark.parametrize("port", [PaymentGateway, Carrier])
def test_the_methods_of_a_service_are_explained(port: type) -> None:
    """Those that it has to have."""
    methods = {name for name, _ in getmembers(port, isfunction) if not name.startswith("_")}
    assert port.__name__ in _CODE
    assert methods - {"check"} <= _CODE


def test_types_of_events_are_those_of_the_database() -> None:
    """By the part before the dot: what the page has is written somewhere in db/, and the other way round."""
    source = "".join(path.read_text() for path in (ROOT / "db").rglob("*.py"))
    written = set(re.findall(r'f?"([a-z]+)\.(?:[a-z_]+"|\{)', source))
    shown = {name for row in rows(_SECTIONS["Follow the audit log"]) for name in names_in(row[0])}
    kinds = {name.partition(".")[0] for name in shown}
    assert len(kinds) > 8
    assert kinds == written
