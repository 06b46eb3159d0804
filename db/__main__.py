"""`python -m db migrate|status|rollback`."""

import argparse
import asyncio
import sys

from db import migrate
from db.migrate import Command
from orchestration.domain.errors import CountersignError
from orchestration.process import logs
from orchestration.settings import MigrationSettings, load


def main() -> int:
    """Run one command on the database of MIGRATIONS_DATABASE_URL, or else of DATABASE_URL."""
    parser = argparse.ArgumentParser(
        prog="python -m db",
        description="Create and change the tables in the database of MIGRATIONS_DATABASE_URL, or else of "
        "DATABASE_URL.",
    )
    parser.add_argument(
        "command",
        type=Command,
        choices=list(Command),
        help="migrate: apply what is not applied yet; status: list both; rollback: undo the newest one",
    )
    parser.add_argument(
        "--wait", type=float, default=30, metavar="SECONDS", help="how long to wait for the server (30)"
    )
    arguments = parser.parse_args()
    try:
        settings = load(MigrationSettings)
        logs.configure("db", settings.log_format, settings.log_level)
        said = asyncio.run(migrate.run(arguments.command, settings.url, arguments.wait))
    except CountersignError as error:
        print(f"python -m db: {error}", file=sys.stderr)
        return 1
    print(said or "Nothing to do: every migration has been applied.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
