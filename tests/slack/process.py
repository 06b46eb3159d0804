"""Runs `python -m bot` as a process."""

from contextlib import AbstractAsyncContextManager

from tests.support.process import RunningProcess, running_module

BOT_TOKEN = "xoxb-localdev-countersign"
APP_TOKEN = "xapp-1-A0APP0001-localdev"


def bot_process(**settings: str) -> AbstractAsyncContextManager[RunningProcess]:
    """Run it with these settings; the approvals channel is the simulator's unless they say otherwise."""
    return running_module("bot", **{"SLACK_APPROVALS_CHANNEL": "C0APPROVE"} | settings)
