"""The simulator's README names exactly the routes and options that exist."""

import re
from pathlib import Path

from localdev.slack.faults import FaultKind, FaultRule
from localdev.slack.server import SlackSimulator

README = (Path(__file__).parent.parent.parent / "localdev" / "slack" / "README.md").read_text()


async def test_every_control_route_is_in_the_tables(slack: SlackSimulator) -> None:
    rows = re.findall(r"^\| ((?:GET|POST|DELETE)(?:, DELETE)?) `([\w/{}]+)` \|", README, re.MULTILINE)
    named = {(verb, path) for verbs, path in rows for verb in verbs.split(", ")}
    resources = [route for route in slack.routes() if route[1].startswith("/control/")]
    there = {(verb, path.removeprefix("/control/")) for verb, path in resources if verb != "HEAD"}
    assert named == there


def test_every_kind_of_fault_and_field_is_explained() -> None:
    faults = README.partition("### Faults")[2]
    assert [kind for kind in FaultKind if f"`{kind}`" not in faults] == []
    assert [field for field in FaultRule.model_fields if f"`{field}`" not in faults] == []
