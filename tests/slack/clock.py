"""Moves the clock of the database forward."""

from datetime import timedelta

from db.pool import Pool


async def let_time_pass(pool: Pool, seconds: float = 6) -> None:
    """As if the last attempt, and what Slack said then, had been so long ago."""
    ago = timedelta(seconds=seconds)
    await pool.execute("UPDATE slack_messages SET attempted_at = attempted_at - $1::interval", ago)
    await pool.execute("UPDATE slack_queue SET scheduled_at = scheduled_at - $1::interval", ago)
    await pool.execute(
        "UPDATE slack_rate_limits"
        " SET blocked_until = blocked_until - $1::interval, next_free_at = next_free_at - $1::interval",
        ago,
    )
