"""The command `payload-key`: print a new key for the encryption of payloads."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from orchestration.cli.errors import UsageError
from orchestration.cli.exit_codes import ExitCode
from orchestration.cli.output.console import JsonOption, Output
from orchestration.cli.run import run_command
from orchestration.keyring import new_entry


def payload_key(
    key_id: Annotated[
        str | None, typer.Argument(metavar="ID", help="The key's id. Default: the year and month.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Print a new key for PAYLOAD_KEYS, as ID:BASE64. It is stored nowhere."""
    out = Output(as_json)
    run_command(out, _payload_key(out, key_id or datetime.now(UTC).strftime("%Y-%m")))


async def _payload_key(out: Output, key_id: str) -> ExitCode:
    try:
        entry = new_entry(key_id)
    except ValueError as error:
        raise UsageError(f"{error}.") from None
    out.print(entry)
    out.print_json({"entry": entry})
    return ExitCode.OK
