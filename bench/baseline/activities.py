"""Activities that only return, and the message to the benchmark that an order waits for its approval."""

import asyncio
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from temporalio import activity

from localdev.processes.ports import HOST
from orchestration.contracts.activities import OrderActivity, ResolvedPolicy, ShippingActivity
from orchestration.contracts.slack import SlackActivity
from orchestration.domain.policy.tier import Requirement, Tier

Activity = Callable[..., Any]
Say = Callable[[str], None]

_APPROVER = "U0ALICE01"
_TIER = Tier(
    name="everything",
    requirements=(Requirement(group="approvers", members=(_APPROVER,)),),
    expires_after=timedelta(hours=72),
)
_CARD = {"channel": "C0APPROVE", "ts": "1.0"}


def say_to(port: int) -> Say:
    """Return a function that tells the process that measures, over UDP, which order waits now."""
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sender.connect((HOST, port))

    def say(order_id: str) -> None:
        sender.send(order_id.encode())

    return say


class Listener(asyncio.DatagramProtocol):
    """Receives these messages in the process that measures."""

    def __init__(self, heard: Say) -> None:
        self._heard = heard

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:  # noqa: ARG002
        self._heard(data.decode())


def bare(say: Say, *, with_card: bool) -> dict[str, list[Activity]]:
    """Return activities for the bare workflow, by the process that runs them in production."""

    def nothing(_: str) -> None:
        return None

    resolve, post = (nothing, say) if with_card else (say, nothing)
    return {
        "order": [
            _activity(OrderActivity.RECEIVE, nothing),
            _activity(OrderActivity.VALIDATE, nothing),
            _activity(OrderActivity.RESOLVE_POLICY, resolve),
            _activity(OrderActivity.CHARGE, nothing),
        ],
        "shipping": [
            _activity(ShippingActivity.PREPARE, nothing),
            _activity(ShippingActivity.DISPATCH, nothing),
        ],
        "slack": [_activity(SlackActivity.POST_CARD, post), _activity(SlackActivity.UPDATE_CARD, nothing)],
    }


def for_order_workflow(say: Say) -> dict[str, list[Activity]]:
    """Return activities that give OrderWorkflow the answers it needs, whatever they are asked."""

    def post(asked: Any) -> object:
        say(asked["shown"]["order_id"])
        return _CARD

    def resolve(_: Any) -> ResolvedPolicy:
        now = datetime.now(UTC)
        return ResolvedPolicy(tier=_TIER, resolved_at=now, deadline=now + timedelta(hours=72))

    def nothing(_: Any) -> None:
        return None

    return {
        "order": [
            _activity(OrderActivity.RECEIVE, lambda asked: asked["order"]),
            _activity(OrderActivity.VALIDATE, nothing),
            _activity(OrderActivity.RESOLVE_POLICY, resolve),
            _activity(OrderActivity.CHARGE, nothing),
            _activity(OrderActivity.RECORD, nothing),
        ],
        "shipping": [
            _activity(ShippingActivity.PREPARE, nothing),
            _activity(ShippingActivity.DISPATCH, lambda _: {"tracking": "TRK-1"}),
        ],
        "slack": [
            _activity(SlackActivity.POST_CARD, post),
            _activity(SlackActivity.UPDATE_CARD, lambda _: _CARD),
        ],
    }


def _activity(name: str, answer: Callable[[Any], object]) -> Activity:
    @activity.defn(name=name)
    async def noop(asked: Any) -> Any:
        return answer(asked)

    return noop
