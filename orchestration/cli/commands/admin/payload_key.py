"""`payload-key`: make a key that payloads are encrypted with."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from orchestration.cli.errors import UsageWrong
from orchestration.cli.exit_codes import ExitCode
from orchestration.cli.output.console import Json, Output
from orchestration.cli.run import perform
from orchestration.keyring import new_entry


def payload_key(
    key_id: Annotated[
        str | None, typer.Argument(metavar="ID", help="What to call it; by default, year and month.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Print a new key for PAYLOAD_KEYS, as ID:BASE64. It is stored nowhere."""
    out = Output(as_json)
    perform(out, _payload_key(out, key_id or datetime.now(UTC).strftime("%Y-%m")))


async def _payload_key(out: Output, key_id: str) -> ExitCode:
    try:
        entry = new_entry(key_id)
    except ValueError as wrong:
        raise UsageWrong(f"{wrong}.") from None
    out.say(entry)
    out.document({"entry": entry})
    return ExitCode.OK
