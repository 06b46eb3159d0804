"""Time limits and retry policies of all activities, by name."""

from dataclasses import dataclass
from datetime import timedelta

from temporalio.common import Priority, RetryPolicy

START_TO_CLOSE = timedelta(seconds=5)
"""The time limit of one attempt of any activity."""


@dataclass(frozen=True, slots=True)
class ActivityOptions:
    """The time limit and the retry policy of an activity.

    `schedule_to_close` None: Temporal retries until the activity succeeds or the workflow itself times out.
    """

    retry_policy: RetryPolicy
    schedule_to_close: timedelta | None
    priority: Priority = Priority.default


def _doubling(first: timedelta, longest: timedelta) -> RetryPolicy:
    """Return a policy whose intervals between attempts double, from `first` up to `longest`."""
    return RetryPolicy(initial_interval=first, backoff_coefficient=2.0, maximum_interval=longest)


STORE = ActivityOptions(
    _doubling(timedelta(milliseconds=200), timedelta(seconds=10)),
    schedule_to_close=None,
)
"""For activities that need only PostgreSQL: retried until it is available again."""

CHARGE = ActivityOptions(
    _doubling(timedelta(milliseconds=500), timedelta(seconds=30)),
    schedule_to_close=timedelta(hours=24),
)
"""If the payment gateway is down for a day, the order fails. A declined payment fails it at once."""

SHIP = ActivityOptions(
    _doubling(timedelta(milliseconds=500), timedelta(minutes=1)),
    schedule_to_close=timedelta(hours=24),
)
"""If the carrier is down for a day, the customer gets a refund."""

REFUND = ActivityOptions(
    _doubling(timedelta(seconds=1), timedelta(minutes=1)),
    schedule_to_close=None,
)
"""A refund that is owed is retried without a limit."""

CARD = ActivityOptions(
    _doubling(timedelta(milliseconds=500), timedelta(seconds=30)),
    schedule_to_close=None,
    # Temporal has the priorities 1 (most urgent) to 5; 3 is the default.
    priority=Priority(priority_key=1),
)
"""Retried until an operator has fixed what keeps Slack from accepting the card. Goes before replies."""

NOTIFICATION = ActivityOptions(CARD.retry_policy, schedule_to_close=None, priority=Priority(priority_key=4))
"""Thread replies and other messages that need no action."""

RECONCILE = ActivityOptions(
    STORE.retry_policy, schedule_to_close=timedelta(minutes=2), priority=Priority(priority_key=4)
)
"""Reads and repairs of the reconciler in Temporal and PostgreSQL; its next run tries again."""

RECONCILE_SLACK = ActivityOptions(
    CARD.retry_policy, schedule_to_close=timedelta(minutes=30), priority=Priority(priority_key=5)
)
"""Reads and repairs of the reconciler in Slack, where rate limits can delay them; all else goes first."""
