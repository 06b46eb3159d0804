"""The answer to `/order help`, and to what was not understood."""

from bot.ids import COMMAND
from bot.payloads.order_command import (
    AmendWithoutOrder,
    Misunderstood,
    RefundWithoutOrder,
    StatusWithoutOrder,
    UnknownCommand,
    UnknownList,
)
from bot.views.blocks.text import Message, context, escape, header, mrkdwn, plain, section

_COMMANDS = {
    f"{COMMAND} status <id>": "where an order stands, and what it waits for",
    f"{COMMAND} list": "the orders that wait for approval",
    f"{COMMAND} list all": "all orders, newest first",
    f"{COMMAND} amend <id>": "change an order that you asked for and that still waits",
    f"{COMMAND} refund <id> <why>": "ask for the money of a shipped order back",
    f"{COMMAND} delegate @colleague until friday [for <group>]": "let a colleague decide for you",
    f"{COMMAND} delegate off [for <group>]": "decide for yourself again",
    f"{COMMAND} delegate": "who decides for you, and for whom you may",
    f"{COMMAND} help": "this",
}
_USAGE = "\n".join(
    f"`{usage.replace('<', '&lt;').replace('>', '&gt;')}`  {what}" for usage, what in _COMMANDS.items()
)
MAX_QUOTED = 60


def help_message() -> Message:
    """Say what can be asked."""
    return Message(
        text=f"What {COMMAND} can do:\n{_USAGE}",
        blocks=[
            header("What I can do"),
            section(mrkdwn(_USAGE)),
            context(mrkdwn("Orders are approved and cancelled with the buttons of their card.")),
        ],
    )


def not_understood(asked: Misunderstood) -> Message:
    """Say what was wrong with it, and what would have been right."""
    match asked:
        case UnknownCommand(given, nearest):
            problem = f"I do not know the word “{_quoted(given)}”."
            if nearest:
                problem += " Did you mean " + " or ".join(f"{COMMAND} {word}" for word in nearest) + "?"
        case StatusWithoutOrder(""):
            problem = f"The status of which order? Write its id: {COMMAND} status ord-1042"
        case StatusWithoutOrder(given):
            problem = f"“{_quoted(given)}” is not an order id. Write it like this: {COMMAND} status ord-1042"
        case AmendWithoutOrder(""):
            problem = f"Change which order? Write its id: {COMMAND} amend ord-1042"
        case AmendWithoutOrder(given):
            problem = f"“{_quoted(given)}” is not an order id. Write it like this: {COMMAND} amend ord-1042"
        case RefundWithoutOrder(""):
            problem = f"Refund which order, and why? Write it like this: {COMMAND} refund ord-1042 it broke"
        case RefundWithoutOrder(given):
            how = f"Write {COMMAND} refund ord-1042 it broke"
            problem = f"“{_quoted(given)}” does not begin with an order id. {how}"
        case UnknownList(given):
            problem = (
                f"I have no list “{_quoted(given)}”. There are {COMMAND} list pending and {COMMAND} list all."
            )
    said = escape(problem, 500)
    return Message(text=f"{said}\n{_USAGE}", blocks=[section(plain(problem, 500)), context(mrkdwn(_USAGE))])


def _quoted(given: str) -> str:
    return given if len(given) <= MAX_QUOTED else given[:MAX_QUOTED] + "…"
