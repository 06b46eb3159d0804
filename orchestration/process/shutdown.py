"""How long a stop may take, and who gets how much of it. Seconds, all of them.

The worker and the socket stop side by side; what holds connections is closed after both.
"""

LIMIT = 10.0
"""Within this a process that was asked to stop is out: container platforms commonly kill after 10."""

ACTIVITIES = 6.0
"""For activities that run. A try takes 5 at most; one that is cut off here runs a second time."""

ACKS = 0.5
"""Until a moment in which no envelope waits for its ack; then, if there was none, for those that still do."""

CLOSE = 1.0
"""For the goodbye of a socket. Slack answers at once; who does not is not waited for."""

ANSWERS = 4.5
"""For clicks that were acked: their decision, and the answer to the clicker. The socket closes meanwhile."""

CONNECTIONS = 1.0
"""For each of the rest, one after the other: the bot's row, the database, whoever asks for the health."""

FORCED_EXIT = 9.5
"""Then the process ends itself, wherever it hangs: what it did not finish is tried again elsewhere."""
