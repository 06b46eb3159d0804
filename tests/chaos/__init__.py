"""The chaos suite: kills and faults while many orders run, then a check of every promise."""
