"""The time limits and intervals of Socket Mode. All of them are seconds, unless they say otherwise."""

from dataclasses import dataclass

from orchestration.process import shutdown


@dataclass(frozen=True, slots=True)
class SocketTimings:
    """Of the connection to Slack."""

    check_interval: float = 1.0
    """Between two checks of the connection, and before the first retry."""
    ping_interval: float = 10.0
    """Between pings. aiohttp closes the connection half an interval after an unanswered ping."""
    connect_timeout: float = 15.0
    """For one attempt to connect."""
    max_retry_interval: float = 30.0
    """The longest wait between two attempts. Slack limits how many connections an app may open a minute."""
    close_timeout: float = shutdown.CLOSE
    ack_timeout: float = shutdown.ACKS
    """That a shutdown waits for a moment without unacknowledged envelopes."""
    drain_timeout: float = shutdown.ANSWERS
    """That a shutdown waits for listeners to finish."""


@dataclass(frozen=True, slots=True)
class ReplicaTimings:
    """Of the detection of other programs that use the app's token."""

    heartbeat_interval: float = 10.0
    check_interval: float = 600.0
    """Between new connections that are opened for their count."""
    recheck_interval: float = 30.0
    """The same once a count was too high. Our own bots need this long to start, stop and send a heartbeat."""
    confirmations: int = 3
    """How many counts in a row have to be too high before it is reported. Not seconds."""
    database_timeout: float = 1.0
