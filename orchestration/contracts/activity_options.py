"""Every time limit and retry policy, by name. Temporal retries for ever unless told otherwise."""

from dataclasses import dataclass
from datetime import timedelta

from temporalio.common import Priority, RetryPolicy

TRY_TIME_LIMIT = timedelta(seconds=5)
"""How long one try of any activity may take."""


@dataclass(frozen=True, slots=True)
class ActivityOptions:
    """How an activity is retried. `in_all` None: until it works or the workflow's own time limit ends it."""

    policy: RetryPolicy
    in_all: timedelta | None
    priority: Priority = Priority.default


STORE = ActivityOptions(
    RetryPolicy(
        initial_interval=timedelta(milliseconds=200),
        backoff_coefficient=2.0,
        maximum_interval=timedelta(seconds=10),
    ),
    in_all=None,
)
"""Only our own database is needed: it comes back, and then the order goes on where it was."""

CHARGE = ActivityOptions(
    RetryPolicy(
        initial_interval=timedelta(milliseconds=500),
        backoff_coefficient=2.0,
        maximum_interval=timedelta(seconds=30),
    ),
    in_all=timedelta(hours=24),
)
"""A payment gateway that is away for longer than a day fails the order; a decline does so at once."""

SHIP = ActivityOptions(
    RetryPolicy(
        initial_interval=timedelta(milliseconds=500),
        backoff_coefficient=2.0,
        maximum_interval=timedelta(minutes=1),
    ),
    in_all=timedelta(hours=24),
)
"""After a day without the carrier the customer gets the money back."""

REFUND = ActivityOptions(
    RetryPolicy(
        initial_interval=timedelta(seconds=1),
        backoff_coefficient=2.0,
        maximum_interval=timedelta(minutes=1),
    ),
    in_all=None,
)
"""Money that is owed is tried for ever."""

CARD = ActivityOptions(
    RetryPolicy(
        initial_interval=timedelta(milliseconds=500),
        backoff_coefficient=2.0,
        maximum_interval=timedelta(seconds=30),
    ),
    in_all=None,
    # 1 is the most urgent of 5, 3 the default.
    priority=Priority(priority_key=1),
)
"""Until an operator has mended what keeps Slack from taking it. Cards go before chatter."""

NOTIFICATION = ActivityOptions(CARD.policy, in_all=None, priority=Priority(priority_key=4))
"""Thread replies and other messages that nobody has to act on."""

READ = ActivityOptions(STORE.policy, in_all=timedelta(minutes=2), priority=Priority(priority_key=4))
"""What the reconciler reads and mends: another look follows anyway."""

READ_SLACK = ActivityOptions(CARD.policy, in_all=timedelta(minutes=30), priority=Priority(priority_key=5))
"""The same in Slack, whose rate limits may hold it up for long; everything else goes first."""
