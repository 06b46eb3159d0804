"""Translates the domain's errors to Temporal's ApplicationError, and decides which are not retried."""

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
"""An attempt is cancelled this long before Temporal times it out, so that the error names the activity."""


class ErrorTranslationInterceptor(Interceptor):
    """Translates the errors of a worker's activities. Unknown errors are retried."""

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        """Wrap the activity. The parameter's name is the SDK's."""
        return _ErrorTranslation(next)


class _ErrorTranslation(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        info = activity.info()
        limit = (info.start_to_close_timeout or START_TO_CLOSE) - MARGIN
        try:
            async with asyncio.timeout(limit.total_seconds()) as timeout:
                return await self.next.execute_activity(input)
        except TimeoutError as error:
            if not timeout.expired():
                raise  # The activity's own, shorter time limit.
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
