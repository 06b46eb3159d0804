"""Shows the answers to `/order help` and to commands that were not understood."""

from bot.block_kit.text import Message, context, escape, header, mrkdwn, plain, section
from bot.commands.order_command import (
    SUBCOMMANDS,
    MissingOrderId,
    Misunderstood,
    UnknownCommand,
    UnknownList,
    Word,
)
from bot.ids import COMMAND

MAX_QUOTED = 60
"""Characters of the user's text that an answer repeats."""


def help_message() -> Message:
    """List what can be typed."""
    return Message(
        text=f"What {COMMAND} can do:\n{_USAGE}",
        blocks=[
            header("What I can do"),
            section(mrkdwn(_USAGE)),
            context(mrkdwn("Orders are approved and cancelled with the buttons of their card.")),
        ],
    )


def not_understood(command: Misunderstood) -> Message:
    """Say what is wrong with the command and what to type instead."""
    match command:
        case UnknownCommand(given, nearest):
            problem = f"I do not know the word “{_quoted(given)}”."
            if nearest:
                problem += " Did you mean " + " or ".join(f"{COMMAND} {word}" for word in nearest) + "?"
        case MissingOrderId(word, given):
            subcommand = SUBCOMMANDS[word]
            start = f"“{_quoted(given)}” {subcommand.complaint}" if given else subcommand.question
            problem = f"{start} {COMMAND} {word} {subcommand.example}"
        case UnknownList(given):
            problem = (
                f"I have no list “{_quoted(given)}”. There are {COMMAND} list pending and {COMMAND} list all."
            )
    text = f"{escape(problem, 500)}\n{_USAGE}"
    return Message(text=text, blocks=[section(plain(problem, 500)), context(mrkdwn(_USAGE))])


def _quoted(given: str) -> str:
    return given if len(given) <= MAX_QUOTED else given[:MAX_QUOTED] + "…"


def _usage(word: Word, arguments: str, meaning: str) -> str:
    typed = f"{COMMAND} {word} {arguments}".rstrip().replace("<", "&lt;").replace(">", "&gt;")
    return f"`{typed}`  {meaning}"


_USAGE = "\n".join(
    _usage(word, arguments, meaning)
    for word, subcommand in SUBCOMMANDS.items()
    for arguments, meaning in subcommand.usages
)
