"""What went wrong, in one sentence, from under Temporal's wrappers."""

from temporalio.exceptions import ApplicationError, FailureError, TimeoutError, is_cancelled_exception


def reason_of(failure: BaseException) -> str:
    """Return the message of the failure that started it."""
    while failure.__cause__ is not None and not isinstance(failure, ApplicationError):
        failure = failure.__cause__
    if is_cancelled_exception(failure):
        return "it was cancelled from outside"
    if isinstance(failure, TimeoutError):
        return f"no answer in time ({failure.message})"
    return failure.message if isinstance(failure, FailureError) else str(failure)
