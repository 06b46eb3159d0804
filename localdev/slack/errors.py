"""The errors of the simulator: Slack's error answers, and actions of people that are not possible."""

from localdev.slack.json_values import Json


class SlackError(Exception):
    """A call fails with `{"ok": false, "error": code}`. `details` are further fields of that answer."""

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code)
        self.code = code
        self.details = details

    def answer(self) -> Json:
        """Return the body of the answer."""
        return {"ok": False, "error": self.code, **self.details}


def invalid_arguments(*messages: str) -> SlackError:
    """Return the error `invalid_arguments` with the reasons."""
    return SlackError("invalid_arguments", response_metadata={"messages": [f"[ERROR] {m}" for m in messages]})


class ActionRefused(Exception):
    """A person in the workspace cannot do that. The message says why; `status` is the HTTP status."""

    def __init__(self, why: str, status: int = 404) -> None:
        super().__init__(why)
        self.status = status
