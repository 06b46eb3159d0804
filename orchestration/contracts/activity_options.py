"""Every time limit and retry policy, by name. Temporal retries for ever unless told otherwise."""

from dataclasses import dataclass
from datetime import timedelta

from temporalio.common import Priority, RetryPolicy

START_TO_CLOSE = timedelta(seconds=5)
"""How long one try of any activity may take."""


@dataclass(frozen=True, slots=True)
class ActivityOptions:
    """The time limit and the retry policy of an activity.

    `schedule_to_close` None: Temporal retries until the activity succeeds or the workflow itself times out.
    """

    retry_policy: RetryPolicy
    schedule_to_close: timedelta | None
    priority: Priority = Priority.default


STORE = ActivityOptions(
    RetryPolicy(
        initial_interval=timedelta(milliseconds=200),
        backoff_coefficient=2.0,
        maximum_interval=timedelta(seconds=10),
    ),
    schedule_to_close=None,
)
"""Only our own database is needed: it comes back, and then the order goes on where it was."""

CHARGE = ActivityOptions(
    RetryPolicy(
        initial_interval=timedelta(milliseconds=500),
        backoff_coefficient=2.0,
        maximum_interval=timedelta(seconds=30),
    ),
    schedule_to_close=timedelta(hours=24),
)
"""A payment gateway that is away for longer than a day fails the order; a decline does so at once."""

SHIP = ActivityOptions(
    RetryPolicy(
        initial_interval=timedelta(milliseconds=500),
        backoff_coefficient=2.0,
        maximum_interval=timedelta(minutes=1),
    ),
    schedule_to_close=timedelta(hours=24),
)
"""After a day without the carrier the customer gets the money back."""

REFUND = ActivityOptions(
    RetryPolicy(
        initial_interval=timedelta(seconds=1),
        backoff_coefficient=2.0,
        maximum_interval=timedelta(minutes=1),
    ),
    schedule_to_close=None,
)
"""Money that is owed is tried for ever."""

CARD = ActivityOptions(
    RetryPolicy(
        initial_interval=timedelta(milliseconds=500),
        backoff_coefficient=2.0,
        maximum_interval=timedelta(seconds=30),
    ),
    schedule_to_close=None,
    # 1 is the most urgent of 5, 3 the default.
    priority=Priority(priority_key=1),
)
"""Until an operator has mended what keeps Slack from taking it. Cards go before chatter."""

NOTIFICATION = ActivityOptions(CARD.retry_policy, schedule_to_close=None, priority=Priority(priority_key=4))
"""Thread replies and other messages that nobody has to act on."""

READ = ActivityOptions(
    STORE.retry_policy, schedule_to_close=timedelta(minutes=2), priority=Priority(priority_key=4)
)
"""What the reconciler reads and mends: another look follows anyway."""

READ_SLACK = ActivityOptions(
    CARD.retry_policy, schedule_to_close=timedelta(minutes=30), priority=Priority(priority_key=5)
)
"""The same in Slack, whose rate limits may hold it up for long; everything else goes first."""
