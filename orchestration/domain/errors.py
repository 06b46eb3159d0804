"""Errors of Countersign. Each message is a sentence for users."""

from orchestration.domain.model import FrozenModel


class FieldProblem(FrozenModel):
    """A problem with one field. `field` is a path such as ``lines.0.quantity``."""

    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.field}: {self.message}"


class CountersignError(Exception):
    """Something went wrong in Countersign."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (self.__doc__ or "").strip())


class OrderRefused(CountersignError):
    """The order is not well formed."""

    def __init__(self, problems: tuple[FieldProblem, ...]) -> None:
        self.problems = problems
        super().__init__("; ".join(map(str, problems)))


class OrderConflict(CountersignError):
    """Another order with this id is already stored, with other content."""


class TransitionNotAllowed(CountersignError):
    """The transition table does not list this step."""


class OrderNotFound(CountersignError):
    """There is no order with this id."""


class OrderOver(CountersignError):
    """The order has ended; nothing can be decided about it any more."""


class TemporalUnavailable(CountersignError):
    """Temporal could not be reached; nothing was sent."""


class OutcomeUnknown(CountersignError):
    """Temporal did not answer in time; the request may or may not have been accepted."""


class NoWorkerAnswered(CountersignError):
    """Temporal answered, but no orchestration worker did within the time limit."""


class NoMatchingTier(CountersignError):
    """The approval policy says nothing about such an order."""


class PolicyWrong(CountersignError):
    """The approval policy cannot be used; the message names the file and each fault, one a line."""


class DelegationRefused(CountersignError):
    """There cannot be such a delegation; the message says why, naming people by their ids."""
