"""Domain errors as Temporal wants to hear them: what no retry can mend is not retried."""

import asyncio
from datetime import timedelta
from typing import Any

from temporalio import activity
from temporalio.exceptions import ApplicationError
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from orchestration.contracts import names
from orchestration.contracts.activity_options import START_TO_CLOSE
from orchestration.domain.errors import (
    CountersignError,
    OrderConflict,
    OrderNotFound,
    OrderRefused,
    TransitionNotAllowed,
)
from orchestration.ports.services import (
    AddressRefused,
    PaymentDeclined,
    UnclearGatewayAnswer,
    WrongAmountCharged,
)

_FINAL = (
    OrderConflict,
    OrderNotFound,
    TransitionNotAllowed,
    AddressRefused,
    PaymentDeclined,
    WrongAmountCharged,
)
MARGIN = timedelta(seconds=0.5)
"""A try is given up that much before Temporal would: then it is over, and the failure says of what."""


class ErrorTranslationInterceptor(Interceptor):
    """Translates what the activities of a worker raise; anything unknown stays retryable."""

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        """Wrap the chain; the parameter's name is the SDK's."""
        return _Translated(next)


class _Translated(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        info = activity.info()
        limit = (info.start_to_close_timeout or START_TO_CLOSE) - MARGIN
        try:
            async with asyncio.timeout(limit.total_seconds()) as timeout:
                return await self.next.execute_activity(input)
        except TimeoutError as error:
            if not timeout.expired():
                raise  # Its own, of a shorter wait.
            why = f"{info.activity_type} had no answer within {limit.total_seconds():g} s"
            raise ApplicationError(why, type="NoAnswer") from error
        except OrderRefused as error:
            raise ApplicationError(
                str(error), list(error.problems), type=names.ORDER_REFUSED, non_retryable=True
            ) from error
        except _FINAL as error:
            raise ApplicationError(str(error), type=type(error).__name__, non_retryable=True) from error
        except (CountersignError, UnclearGatewayAnswer) as error:
            raise ApplicationError(str(error), type=type(error).__name__) from error
