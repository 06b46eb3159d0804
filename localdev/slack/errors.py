"""The two ways in which the simulator refuses something."""

from localdev.slack.json_values import Json


class SlackError(Exception):
    """An answer `{"ok": false, "error": code}`; `details` are further fields of that answer."""

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code)
        self.code = code
        self.details = details

    def answer(self) -> Json:
        """The body that Slack answers with."""
        return {"ok": False, "error": self.code, **self.details}


def invalid_arguments(*messages: str) -> SlackError:
    """Slack's `invalid_arguments`, saying which."""
    return SlackError("invalid_arguments", response_metadata={"messages": [f"[ERROR] {m}" for m in messages]})


class ActionRefused(Exception):
    """A person cannot do that; `status` is HTTP's word for why."""

    def __init__(self, why: str, status: int = 404) -> None:
        super().__init__(why)
        self.status = status
