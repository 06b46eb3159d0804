"""Runs the Slack simulator (`python -m localdev.slack`) until Ctrl-C or SIGTERM."""

import argparse
import asyncio
import logging
import signal
import sys
from pathlib import Path

from localdev.slack import seed
from localdev.slack.manifest import ManifestError, install_app
from localdev.slack.server import SlackSimulator
from localdev.slack.workspace.state_file import StateFileError


def main() -> int:
    """Run the simulator with the options of the command line, and return the exit code."""
    options = _options()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    try:
        return asyncio.run(_serve(options))
    except (StateFileError, ManifestError) as error:
        print(error, file=sys.stderr)
    except OSError as error:
        where = f"{options.host}:{options.port}"
        why = error.strerror or str(error)
        print(f"Cannot listen on {where}: {why}. Choose another with --port.", file=sys.stderr)
    return 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m localdev.slack", description=__doc__)
    parser.add_argument("--port", type=int, default=8090, help="the port; 0 picks a free one (default: 8090)")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: 127.0.0.1)")
    parser.add_argument("--state", type=Path, help="a file in which the workspace is kept across restarts")
    parser.add_argument("--manifest", type=Path, help="install the app that this manifest file describes")
    parser.add_argument("--rate-limits", action="store_true", help="enforce Slack's rate limits")
    parser.add_argument(
        "--rate-limit-scale", type=float, default=1.0, help="multiplies every allowance (default: 1)"
    )
    return parser.parse_args()


async def _serve(options: argparse.Namespace) -> int:
    workspace = install_app(seed.demo(), options.manifest) if options.manifest else seed.demo()
    stop = asyncio.Event()
    for signum in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(signum, stop.set)
    simulator = SlackSimulator(
        workspace,
        host=options.host,
        port=options.port,
        state=options.state,
        rate_limits=options.rate_limits,
        rate_limit_scale=options.rate_limit_scale,
    )
    async with simulator:
        await stop.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
