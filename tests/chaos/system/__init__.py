"""The processes of a run, the faults injected into them, and the wait until nothing is on its way."""
