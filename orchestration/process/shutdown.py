"""How long each part of a process may take to shut down, in seconds.

The worker and the Socket Mode connection stop at the same time; other connections are closed after both.
"""

LIMIT = 10.0
"""Within this time a process must exit: container platforms commonly kill it 10 seconds after SIGTERM."""

ACTIVITIES = 6.0
"""For running activities. An attempt takes at most 5; one that is cut off here is retried."""

ACKS = 0.5
"""Until no Socket Mode envelope waits for its ack; then as long again for those that still do."""

CLOSE = 1.0
"""For the closing handshake of the WebSocket, which Slack answers at once."""

ANSWERS = 4.5
"""For clicks that were acked: to send their decision and answer the user. The socket closes meanwhile."""

CONNECTIONS = 1.0
"""For each of these, one after the other: the bot's row, the database pool, requests for the health."""

FORCED_EXIT = 9.5
"""After this the process exits, whatever it hangs at. What it did not finish is retried elsewhere."""
