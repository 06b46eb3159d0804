"""Reads and writes stored histories: one a file, as JSON with one event a line, for readable diffs.

The JSON is that of `temporal workflow show --output json`, which `countersign replay <file>` reads too.
"""

import json
import re
from pathlib import Path

from temporalio.client import WorkflowHistory

HISTORIES = Path(__file__).parent / "histories"


def history_files() -> list[Path]:
    """Return the files of all stored histories."""
    return sorted(HISTORIES.glob("*.json"))


def read_history(path: Path) -> WorkflowHistory:
    """Read the history in a file."""
    return WorkflowHistory.from_json(path.stem, path.read_text())


def write_history(name: str, history: WorkflowHistory) -> None:
    """Write a history to the file of this name."""
    # Stack traces contain paths of the machine that recorded them, and a replay does not use them.
    text = re.sub(r'"stackTrace": *"(?:[^"\\]|\\.)*"', '"stackTrace": ""', history.to_json())
    events = ",\n".join(json.dumps(event, separators=(",", ":")) for event in json.loads(text)["events"])
    (HISTORIES / f"{name}.json").write_text(f'{{"events": [\n{events}\n]}}\n')
