"""Extracts the message of the original error from Temporal's nested failures."""

from temporalio.exceptions import ApplicationError, FailureError, TimeoutError, is_cancelled_exception


def reason_of(failure: BaseException) -> str:
    """Return one sentence that says what went wrong, from the innermost failure."""
    while failure.__cause__ is not None and not isinstance(failure, ApplicationError):
        failure = failure.__cause__
    if is_cancelled_exception(failure):
        return "it was cancelled from outside"
    if isinstance(failure, TimeoutError):
        return f"no answer in time ({failure.message})"
    return failure.message if isinstance(failure, FailureError) else str(failure)
