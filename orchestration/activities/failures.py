"""Domain errors as Temporal wants to hear them: what no retry can mend is not retried."""

from typing import Any

from temporalio.exceptions import ApplicationError
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from orchestration import contracts
from orchestration.domain.errors import (
    CountersignError,
    OrderConflict,
    OrderNotFound,
    OrderRefused,
    TransitionNotAllowed,
)
from orchestration.outside import AddressRefused, PaymentDeclined

_FINAL = (OrderConflict, OrderNotFound, TransitionNotAllowed, AddressRefused, PaymentDeclined)


class FailureInterceptor(Interceptor):
    """Translates what the activities of a worker raise; anything unknown stays retryable."""

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        """Wrap the chain; the parameter's name is the SDK's."""
        return _Translated(next)


class _Translated(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        try:
            return await self.next.execute_activity(input)
        except OrderRefused as error:
            raise ApplicationError(
                str(error), list(error.problems), type=contracts.ORDER_REFUSED, non_retryable=True
            ) from error
        except _FINAL as error:
            raise ApplicationError(str(error), type=type(error).__name__, non_retryable=True) from error
        except CountersignError as error:
            raise ApplicationError(str(error), type=type(error).__name__) from error
